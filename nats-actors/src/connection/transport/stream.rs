//! The byte stream of a connection, and its two halves.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::options::ByteStream;

/// What carries a connection. TCP alone is the fast path: its halves share no lock.
pub(in crate::connection) enum Stream {
    Tcp(TcpStream),
    Other(Box<dyn ByteStream>),
}

/// What the reader task owns.
pub(in crate::connection) enum ReadHalf {
    Tcp(OwnedReadHalf),
    Other(tokio::io::ReadHalf<Box<dyn ByteStream>>),
}

/// What the writer task owns; dropping it says goodbye as TLS and WebSocket want it.
pub(in crate::connection) enum WriteHalf {
    Tcp(OwnedWriteHalf),
    Other(tokio::io::WriteHalf<Box<dyn ByteStream>>),
}

impl Stream {
    pub(in crate::connection) fn into_split(self) -> (ReadHalf, WriteHalf) {
        match self {
            Self::Tcp(stream) => {
                let (read, write) = stream.into_split();
                (ReadHalf::Tcp(read), WriteHalf::Tcp(write))
            }
            Self::Other(stream) => {
                let (read, write) = tokio::io::split(stream);
                (ReadHalf::Other(read), WriteHalf::Other(write))
            }
        }
    }

    /// Our side of the socket, where there is one to be seen.
    pub(in crate::connection) fn local_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(stream) => stream.local_addr().ok(),
            Self::Other(_) => None,
        }
    }

    /// The peer's side of the socket, where there is one to be seen.
    pub(in crate::connection) fn remote_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(stream) => stream.peer_addr().ok(),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(stream) => f.debug_tuple("Tcp").field(stream).finish(),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl Drop for WriteHalf {
    /// Sends the end of the session if there is room for it at once: nobody waits for a peer that may be dead.
    fn drop(&mut self) {
        if let Self::Other(half) = self {
            let _ = Pin::new(half).poll_shutdown(&mut Context::from_waker(Waker::noop()));
        }
    }
}

macro_rules! delegate_read {
    ($($name:ty),*) => {$(
        impl AsyncRead for $name {
            #[inline]
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                match self.get_mut() {
                    Self::Tcp(half) => Pin::new(half).poll_read(cx, buffer),
                    Self::Other(half) => Pin::new(half).poll_read(cx, buffer),
                }
            }
        }
    )*};
}

macro_rules! delegate_write {
    ($($name:ty),*) => {$(
        impl AsyncWrite for $name {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                match self.get_mut() {
                    Self::Tcp(half) => Pin::new(half).poll_write(cx, bytes),
                    Self::Other(half) => Pin::new(half).poll_write(cx, bytes),
                }
            }

            #[inline]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                slices: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                match self.get_mut() {
                    Self::Tcp(half) => Pin::new(half).poll_write_vectored(cx, slices),
                    Self::Other(half) => Pin::new(half).poll_write_vectored(cx, slices),
                }
            }

            #[inline]
            fn is_write_vectored(&self) -> bool {
                match self {
                    Self::Tcp(half) => half.is_write_vectored(),
                    Self::Other(half) => half.is_write_vectored(),
                }
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() {
                    Self::Tcp(half) => Pin::new(half).poll_flush(cx),
                    Self::Other(half) => Pin::new(half).poll_flush(cx),
                }
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() {
                    Self::Tcp(half) => Pin::new(half).poll_shutdown(cx),
                    Self::Other(half) => Pin::new(half).poll_shutdown(cx),
                }
            }
        }
    )*};
}

delegate_read!(Stream, ReadHalf);
delegate_write!(Stream, WriteHalf);
