//! Proxies that open tunnels, as HTTP CONNECT and as SOCKS5.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A user and a password.
type Login = Option<(&'static str, &'static str)>;

/// A proxy on a free port of 127.0.0.1 that opens tunnels to whom it is asked for; it ends when dropped.
#[derive(Debug)]
pub struct TunnelProxy {
    addr: SocketAddr,
    targets: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Http,
    Socks5,
}

impl TunnelProxy {
    /// A proxy for HTTP CONNECT, with Basic authentication if there is a login.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn http(login: Login) -> io::Result<Self> {
        Self::start(Kind::Http, login).await
    }

    /// A proxy for SOCKS5, with user and password if there is a login.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn socks5(login: Login) -> io::Result<Self> {
        Self::start(Kind::Socks5, login).await
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The targets that it was asked for, as `host:port`.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn start(kind: Kind, login: Login) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let targets = Arc::new(Mutex::new(Vec::new()));
        let asked = Arc::clone(&targets);
        let serving = tokio::spawn(async move {
            let mut tunnels = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let asked = Arc::clone(&asked);
                tunnels.spawn(async move { tunnel(stream, kind, login, &asked).await.ok() });
            }
        });
        Ok(Self { addr, targets, serving })
    }
}

impl Drop for TunnelProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn tunnel(
    mut client: TcpStream,
    kind: Kind,
    login: Login,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let target = match kind {
        Kind::Http => http(&mut client, login).await?,
        Kind::Socks5 => socks5(&mut client, login).await?,
    };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(target.clone());
    let mut server = TcpStream::connect(&target).await?;
    // The server speaks first: its words go out with the proxy's own, in one segment.
    let mut first = vec![0; 16 << 10];
    let read =
        match tokio::time::timeout(std::time::Duration::from_millis(50), server.read(&mut first))
            .await
        {
            Ok(read) => read?,
            Err(_) => 0,
        };
    let mut answer = match kind {
        Kind::Http => b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n".to_vec(),
        Kind::Socks5 => vec![5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    };
    answer.extend_from_slice(first.get(..read).unwrap_or_default());
    client.write_all(&answer).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn http(client: &mut TcpStream, login: Login) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(client.read_u8().await?));
    }
    // `user:password` in base64; the tests use this one login only.
    let basic = login.map(|_| "\r\nProxy-Authorization: Basic dXNlcjpwQHNz\r\n");
    if basic.is_some_and(|basic| !head.contains(basic)) {
        client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await?;
        return Err(io::Error::other("no login"));
    }
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
    target.map(str::to_owned).ok_or_else(|| io::Error::other("not a CONNECT"))
}

async fn socks5(client: &mut TcpStream, login: Login) -> io::Result<String> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await?;
    let methods = text(client, greeting[1]).await?;
    let Some((user, password)) = login else {
        client.write_all(&[5, 0]).await?;
        return request(client).await;
    };
    if !methods.contains('\u{2}') {
        client.write_all(&[5, 0xff]).await?;
        return Err(io::Error::other("no login"));
    }
    client.write_all(&[5, 2]).await?;
    let _version = client.read_u8().await?;
    let length = client.read_u8().await?;
    let given_user = text(client, length).await?;
    let length = client.read_u8().await?;
    let right = (given_user, text(client, length).await?) == (user.to_owned(), password.to_owned());
    client.write_all(&[1, u8::from(!right)]).await?;
    if right { request(client).await } else { Err(io::Error::other("wrong login")) }
}

async fn request(client: &mut TcpStream) -> io::Result<String> {
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => std::net::Ipv4Addr::from(client.read_u32().await?).to_string(),
        3 => {
            let length = client.read_u8().await?;
            text(client, length).await?
        }
        _ => return Err(io::Error::other("not an address of IPv4 nor a name")),
    };
    Ok(format!("{host}:{}", client.read_u16().await?))
}

async fn text(client: &mut TcpStream, length: u8) -> io::Result<String> {
    let mut bytes = vec![0; usize::from(length)];
    client.read_exact(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
