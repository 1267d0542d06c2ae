//! The frames of a WebSocket as a byte stream: where a frame begins has no meaning for the protocol within.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use futures_core::Stream;
use futures_sink::Sink;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_websockets::{CloseCode, Error, Message, WebSocketStream};

/// The largest frame that is sent: large enough that its head costs nothing, small enough to be masked in the cache.
pub(super) const MAX_SENT: usize = 64 << 10;

/// A WebSocket, read and written as bytes.
///
/// Each write is one binary frame. What a peer sent before it closed is read in full, then the stream is at its end.
/// Pings are answered by the library while something reads.
#[derive(Debug)]
pub(super) struct WebSocketBytes<S> {
    socket: WebSocketStream<S>,
    /// The rest of the latest frame.
    received: Bytes,
    closed_by_peer: bool,
    closed_by_us: bool,
}

impl<S> WebSocketBytes<S> {
    pub(super) const fn new(socket: WebSocketStream<S>) -> Self {
        Self { socket, received: Bytes::new(), closed_by_peer: false, closed_by_us: false }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocketBytes<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.received.is_empty() && !this.closed_by_peer {
            match ready!(Pin::new(&mut this.socket).poll_next(cx)) {
                None => this.closed_by_peer = true,
                Some(Ok(message)) if message.is_close() => this.closed_by_peer = true,
                Some(Ok(message)) if message.is_binary() || message.is_text() => {
                    this.received = message.into_payload().into();
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(io_error(error))),
            }
        }
        let len = this.received.len().min(buffer.remaining());
        buffer.put_slice(this.received.get(..len).unwrap_or_default());
        this.received.advance(len);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocketBytes<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.socket).poll_ready(cx)).map_err(io_error)?;
        let frame = gather(slices);
        let len = frame.len();
        Pin::new(&mut this.socket).start_send(Message::binary(frame)).map_err(io_error)?;
        Poll::Ready(Ok(len))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(cx).map_err(io_error)
    }

    /// Sends a close frame, behind what was written before; does not wait for the peer's.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.closed_by_us {
            this.closed_by_us = true;
            let close = Message::close(Some(CloseCode::NORMAL_CLOSURE), "");
            // A peer that has closed has its answer already.
            let _ = Pin::new(&mut this.socket).start_send(close);
        }
        ready!(Pin::new(&mut this.socket).poll_flush(cx)).map_err(io_error)?;
        Pin::new(this.socket.get_mut()).poll_shutdown(cx)
    }
}

/// One frame of what there is; masking needs a copy of its own.
fn gather(slices: &[IoSlice<'_>]) -> BytesMut {
    let whole: usize = slices.iter().map(|slice| slice.len()).sum();
    let mut frame = BytesMut::with_capacity(whole.min(MAX_SENT));
    for slice in slices {
        let room = MAX_SENT - frame.len();
        frame.extend_from_slice(slice.get(..room.min(slice.len())).unwrap_or_default());
    }
    frame
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        Error::AlreadyClosed => io::ErrorKind::BrokenPipe.into(),
        error => io::Error::other(error),
    }
}
