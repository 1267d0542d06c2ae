//! A connection that has said CONNECT.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::Failure;

const CONNECT: &str = concat!(
    r#"CONNECT {"verbose":false,"pedantic":false,"lang":"rust","version":"0","protocol":1,"#,
    r#""headers":true,"no_responders":true}"#,
    "\r\n"
);

/// Longer than any pause of a healthy run; after it, the run fails instead of hanging.
const SILENCE: Duration = Duration::from_secs(30);

/// A blocking socket with a read buffer of 64 KiB.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Socket {
    /// Connects, and returns once the server has answered.
    pub(crate) fn connect(url: &str) -> Result<Self, Failure> {
        let address = url.trim_start_matches("nats://").trim_end_matches('/');
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        let mut socket = Self { stream, buffer: vec![0; 65_536] };
        socket.write(CONNECT.as_bytes())?;
        socket.fence()?;
        Ok(socket)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.stream.write_all(bytes)?)
    }

    pub(crate) fn subscribe(&mut self, subject: &str, sid: u64) -> Result<(), Failure> {
        self.write(format!("SUB {subject} {sid}\r\n").as_bytes())
    }

    /// What one read brings.
    pub(crate) fn read(&mut self) -> Result<&[u8], Failure> {
        let length = self.stream.read(&mut self.buffer)?;
        match self.buffer.get(..length) {
            None | Some([]) => Err("the server closed the connection".into()),
            Some(bytes) => Ok(bytes),
        }
    }

    /// Waits until the server has read everything. Only for when no message can arrive.
    pub(crate) fn fence(&mut self) -> Result<(), Failure> {
        self.write(b"PING\r\n")?;
        let mut tail = Vec::new();
        while !tail.ends_with(b"PONG\r\n") {
            tail.extend_from_slice(self.read()?);
            if tail.windows(4).any(|part| part == b"-ERR") {
                return Err(String::from_utf8_lossy(&tail).into());
            }
        }
        Ok(())
    }
}
