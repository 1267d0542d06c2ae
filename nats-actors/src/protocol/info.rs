//! What a server tells about itself and the connection.

use serde::{Deserialize, Deserializer, Serialize};

use super::error::{ProtocolError, ProtocolErrorKind};

/// The content of the latest `INFO`. The server may send a new one at any time.
///
/// Keys that the server leaves out have their default; keys not listed here are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerInfo {
    /// The server's unique id.
    pub server_id: String,
    /// The server's configured name; its id if it has none.
    pub server_name: String,
    /// The server's version, such as `2.15.1` or `2.12.4-RC.5`.
    pub version: String,
    /// The client protocol's version that the server speaks.
    pub proto: i32,
    /// The commit that the server was built from.
    pub git_commit: String,
    /// The Go version that the server was built with.
    pub go: String,
    /// The address that the server listens on.
    pub host: String,
    /// The port that the server listens on.
    pub port: u16,
    /// The server's address as it advertises it.
    pub ip: String,
    /// Whether messages may have headers.
    pub headers: bool,
    /// Whether `CONNECT` has to carry credentials.
    pub auth_required: bool,
    /// Whether the connection has to be upgraded to TLS.
    pub tls_required: bool,
    /// Whether the client has to present a certificate.
    pub tls_verify: bool,
    /// Whether the connection can be upgraded to TLS.
    pub tls_available: bool,
    /// The most bytes of headers and payload together that the server takes in one message.
    /// Default: 1 MiB, as for servers. No limit, sent as a negative number, reads as [`usize::MAX`].
    #[serde(deserialize_with = "limit")]
    pub max_payload: usize,
    /// Whether JetStream is enabled on this server.
    pub jetstream: bool,
    /// The version of the JetStream API that the server speaks.
    pub api_lvl: u32,
    /// The server's id of this connection.
    pub client_id: u64,
    /// This client's address as the server sees it.
    pub client_ip: String,
    /// What to sign when authenticating with a key; new for every connection.
    pub nonce: String,
    /// The cluster that the server belongs to.
    pub cluster: String,
    /// Whether the cluster's name was made up by its servers.
    pub cluster_dynamic: bool,
    /// The JetStream domain.
    pub domain: String,
    /// `host:port` of this and other servers to which one may connect.
    #[serde(deserialize_with = "list")]
    pub connect_urls: Vec<String>,
    /// `host:port` of servers to which one may connect by WebSocket.
    #[serde(deserialize_with = "list")]
    pub ws_connect_urls: Vec<String>,
    /// Whether the server is in lame duck mode: it will close the connection soon.
    pub ldm: bool,
    /// Whether this is the information that follows the first `PONG`.
    pub connect_info: bool,
    /// The account that the connection was put into.
    pub remote_account: String,
    /// Whether that account is the system account.
    pub acc_is_sys: bool,
    /// The server's public curve key, for authentication callouts.
    pub xkey: String,
}

impl Default for ServerInfo {
    fn default() -> Self {
        Self {
            server_id: String::new(),
            server_name: String::new(),
            version: String::new(),
            proto: 0,
            git_commit: String::new(),
            go: String::new(),
            host: String::new(),
            port: 0,
            ip: String::new(),
            headers: false,
            auth_required: false,
            tls_required: false,
            tls_verify: false,
            tls_available: false,
            max_payload: 1 << 20,
            jetstream: false,
            api_lvl: 0,
            client_id: 0,
            client_ip: String::new(),
            nonce: String::new(),
            cluster: String::new(),
            cluster_dynamic: false,
            domain: String::new(),
            connect_urls: Vec::new(),
            ws_connect_urls: Vec::new(),
            ldm: false,
            connect_info: false,
            remote_account: String::new(),
            acc_is_sys: false,
            xkey: String::new(),
        }
    }
}

impl ServerInfo {
    /// Reads the argument of an `INFO`.
    ///
    /// # Errors
    ///
    /// [`InvalidInfo`](ProtocolErrorKind::InvalidInfo) if it is not a JSON object, or a known key
    /// has a value of another type.
    pub fn parse(json: &[u8]) -> Result<Self, ProtocolError> {
        let fail = || ProtocolError::new(ProtocolErrorKind::InvalidInfo, json);
        // An array would be taken for the values of all keys in order.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(fail());
        }
        serde_json::from_slice(json).map_err(|_| fail())
    }

    /// Whether the server's version is this one or a later one. Pre-releases count as the release
    /// that they lead to; a version that cannot be read is older than any.
    #[must_use]
    pub fn is_at_least(&self, major: u64, minor: u64, patch: u64) -> bool {
        let release = self.version.trim_start_matches('v').split(['-', '+']).next();
        let mut numbers = release.unwrap_or_default().split('.').map(str::parse::<u64>);
        let mut number = || numbers.next().and_then(Result::ok);
        match (number(), number(), number()) {
            (Some(a), Some(b), Some(c)) => (a, b, c) >= (major, minor, patch),
            _ => false,
        }
    }
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let limit = number.as_u64().filter(|limit| *limit > 0);
    Ok(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX))
}

fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: W-02, CON-52, CON-53
    #[test]
    fn what_a_server_sends_is_read() {
        let info = ServerInfo::parse(
            br#"{"server_id":"NA","server_name":"n1","version":"2.15.1","proto":1,"git_commit":"abc",
            "go":"go1.25","host":"0.0.0.0","port":4222,"headers":true,"auth_required":true,
            "max_payload":1048576,"jetstream":true,"client_id":5,"client_ip":"127.0.0.1","nonce":"n",
            "cluster":"c","cluster_dynamic":true,"domain":"hub","connect_urls":["a:1","b:2"],
            "ws_connect_urls":["a:3"],"ldm":true,"connect_info":true,"remote_account":"$G",
            "acc_is_sys":true,"api_lvl":5,"xkey":"X","ip":"10.0.0.1","tls_required":true,
            "tls_verify":true,"tls_available":true,"brand_new":{"key":[1]}}"#,
        )
        .unwrap();

        assert_eq!((info.server_id.as_str(), info.port, info.proto), ("NA", 4222, 1));
        assert_eq!((info.max_payload, info.client_id, info.api_lvl), (1 << 20, 5, 5));
        assert_eq!((info.connect_urls.len(), info.ws_connect_urls.len()), (2, 1));
        assert!(info.headers && info.ldm && info.jetstream && info.acc_is_sys && info.tls_verify);
        assert_eq!((info.nonce.as_str(), info.remote_account.as_str()), ("n", "$G"));
    }

    // spec: W-01
    #[test]
    fn absent_keys_have_their_default() {
        assert_eq!(ServerInfo::parse(b"{}").unwrap(), ServerInfo::default());
        assert_eq!(ServerInfo::default().max_payload, 1 << 20);
        let null = ServerInfo::parse(br#"{"connect_urls":null}"#).unwrap();
        assert_eq!(null, ServerInfo::default());
    }

    #[test]
    fn no_limit_reads_as_none() {
        for json in [r#"{"max_payload":-1}"#, r#"{"max_payload":0}"#] {
            assert_eq!(ServerInfo::parse(json.as_bytes()).unwrap().max_payload, usize::MAX);
        }
    }

    #[test]
    fn what_is_not_an_object_is_an_error() {
        for json in ["", "[", "[]", "7", "{\"port\":\"x\"}", "{\"port\":70000}", "{} x"] {
            let error = ServerInfo::parse(json.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ProtocolErrorKind::InvalidInfo, "{json:?}");
        }
    }

    // spec: CON-51, UTL-14
    #[test]
    fn versions_compare_by_their_numbers() {
        let version =
            |version: &str| ServerInfo { version: version.to_owned(), ..Default::default() };

        assert!(version("2.10.4").is_at_least(2, 9, 20));
        assert!(version("2.15.0-dev").is_at_least(2, 15, 0));
        assert!(version("2.12.4-RC.5").is_at_least(2, 12, 4));
        assert!(!version("2.9.20").is_at_least(2, 10, 0));
        assert!(!version("").is_at_least(0, 0, 0));
        assert!(!version("2.x.1").is_at_least(1, 0, 0));
    }
}
