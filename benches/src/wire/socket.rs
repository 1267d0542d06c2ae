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

const PONG: &[u8] = b"PONG\r\n";

/// Longer than any pause of a healthy run; after it, the run fails instead of hanging.
const SILENCE: Duration = Duration::from_secs(30);

/// A blocking socket with a read buffer of 64 KiB.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Bytes at the start of the buffer that a fence has read and not used.
    kept: usize,
}

impl Socket {
    /// Connects, and returns once the server has answered.
    pub(crate) fn connect(url: &str) -> Result<Self, Failure> {
        let address = url.trim_start_matches("nats://").trim_end_matches('/');
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        let mut socket = Self { stream, buffer: vec![0; 65_536], kept: 0 };
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

    /// The stream, for a runtime; what a fence has kept is dropped.
    pub(crate) fn into_nonblocking(self) -> Result<TcpStream, Failure> {
        self.stream.set_nonblocking(true)?;
        Ok(self.stream)
    }

    /// What one read brings.
    pub(crate) fn read(&mut self) -> Result<&[u8], Failure> {
        let length = match std::mem::take(&mut self.kept) {
            0 => self.stream.read(&mut self.buffer)?,
            kept => kept,
        };
        match self.buffer.get(..length) {
            None | Some([]) => Err("the server closed the connection".into()),
            Some(bytes) => Ok(bytes),
        }
    }

    /// Waits until the server has read everything. Only for when no message can arrive.
    /// What follows the PONG, as a PING may, is kept for the next read.
    pub(crate) fn fence(&mut self) -> Result<(), Failure> {
        self.write(b"PING\r\n")?;
        let mut seen = Vec::new();
        loop {
            seen.extend_from_slice(self.read()?);
            if let Some(at) = find(&seen, PONG) {
                self.kept = seen.len() - at - PONG.len();
                let start = seen.len() - self.kept;
                for (kept, byte) in self.buffer.iter_mut().zip(seen.drain(start..)) {
                    *kept = byte;
                }
                return Ok(());
            }
            if find(&seen, b"-ERR").is_some() {
                return Err(String::from_utf8_lossy(&seen).into());
            }
        }
    }
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|part| part == text)
}
