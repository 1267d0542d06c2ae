//! HTTP CONNECT.

use std::fmt::Write as _;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::auth::Secret;
use crate::options::ServerAddr;

/// No proxy's answer has a longer head.
const MAX_HEAD: usize = 16 << 10;

/// Asks for a tunnel to `server`; afterwards the stream is at the first byte of the server.
pub(super) async fn tunnel<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    server: &ServerAddr,
    login: Option<&(String, Secret)>,
) -> io::Result<S> {
    stream.write_all(request(server, login).as_bytes()).await?;
    accepted(&head(&mut stream).await?)?;
    Ok(stream)
}

fn request(server: &ServerAddr, login: Option<&(String, Secret)>) -> String {
    let (host, port) = (server.host(), server.port());
    let target = match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    };
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
    if let Some((user, password)) = login {
        let login = STANDARD.encode(format!("{user}:{}", password.expose()));
        let _ = write!(request, "Proxy-Authorization: Basic {login}\r\n");
    }
    request.push_str("\r\n");
    request
}

/// Byte for byte: the server speaks first, and what it says may come right behind the proxy's answer.
async fn head<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_HEAD {
            return Err(io::Error::other("the answer of the proxy has no end"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

fn accepted(head: &[u8]) -> io::Result<()> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(head).map_err(io::Error::other)?;
    match response.code {
        Some(200..=299) => Ok(()),
        code => {
            let (code, reason) = (code.unwrap_or_default(), response.reason.unwrap_or_default());
            let answer = format!("the proxy answered {code} {}", reason.escape_debug());
            Err(io::Error::other(answer))
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, duplex};

    use super::*;

    async fn ask(answer: &str, login: Option<&(String, Secret)>) -> (String, io::Result<String>) {
        let server = ServerAddr::parse("nats://[::1]:4222").unwrap();
        let (ours, mut theirs) = duplex(64 << 10);
        theirs.write_all(answer.as_bytes()).await.unwrap();
        let tunnelled = tunnel(ours, &server, login).await;
        let mut request = vec![0; 1024];
        let len = theirs.read(&mut request).await.unwrap();
        drop(theirs);
        let rest = match tunnelled {
            Ok(mut stream) => {
                let mut rest = String::new();
                stream.read_to_string(&mut rest).await.unwrap();
                Ok(rest)
            }
            Err(error) => Err(error),
        };
        (String::from_utf8_lossy(&request[..len]).into_owned(), rest)
    }

    #[tokio::test]
    async fn what_the_server_says_right_behind_the_answer_is_kept() {
        let (request, rest) = ask("HTTP/1.1 200 OK\r\nVia: x\r\n\r\nINFO {}\r\n", None).await;
        assert_eq!(rest.unwrap(), "INFO {}\r\n");
        assert_eq!(request, "CONNECT [::1]:4222 HTTP/1.1\r\nHost: [::1]:4222\r\n\r\n");
    }

    #[tokio::test]
    async fn a_login_is_sent_and_a_refusal_is_told() {
        let login = ("u".to_owned(), Secret::from("p"));
        let (request, rest) = ask("HTTP/1.1 407 Who\r\n\r\n", Some(&login)).await;
        assert!(request.contains("\r\nProxy-Authorization: Basic dTpw\r\n"), "{request}");
        assert_eq!(rest.unwrap_err().to_string(), "the proxy answered 407 Who");
    }

    #[tokio::test]
    async fn what_is_not_http_is_refused() {
        let (_, rest) = ask("SSH-2.0-x\r\n\r\n", None).await;
        assert!(rest.is_err());
        let (_, endless) = ask(&"x".repeat(MAX_HEAD + 1), None).await;
        assert!(endless.is_err());
    }
}
