//! The configuration as the text that nats-server reads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::settings::{ServerConfig, Tls, Verbosity, WebSocket};
use super::user::{Login, Rules, User};

/// The ports a server listens on. 0 asks for any free one and is never what a server reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::testing) struct Ports {
    pub(in crate::testing) client: u16,
    pub(in crate::testing) monitoring: u16,
    pub(in crate::testing) websocket: u16,
}

/// What the fixture decides about a server, as opposed to the test.
#[derive(Clone, Debug, Default)]
pub(in crate::testing) struct Place {
    pub(in crate::testing) ports: Ports,
    pub(in crate::testing) store: PathBuf,
    pub(in crate::testing) cluster: Option<Seat>,
}

/// A server's place in a cluster: its own route port, and all of them.
#[derive(Clone, Debug)]
pub(in crate::testing) struct Seat {
    pub(in crate::testing) name: String,
    pub(in crate::testing) port: u16,
    pub(in crate::testing) routes: Vec<u16>,
}

pub(in crate::testing) fn render(config: &ServerConfig, place: &Place) -> String {
    let mut text = Text::default();
    listeners(&mut text, place);
    limits(&mut text, config);
    authorization(&mut text, config);
    if let Some(tls) = &config.tls {
        text.block("tls", &tls_lines(tls, config.tls_first));
    }
    if let Some(websocket) = &config.websocket {
        text.block("websocket", &websocket_lines(websocket, place.ports.websocket));
    }
    if config.jetstream {
        text.block("jetstream", &[format!("store_dir: {}", quoted_path(&place.store))]);
    }
    if let Some(seat) = &place.cluster {
        text.block("cluster", &cluster_lines(seat, config.no_advertise));
    }
    text.line(&config.extra);
    text.0
}

fn listeners(text: &mut Text, place: &Place) {
    text.line(&format!("listen: {}", address(place.ports.client)));
    text.line(&format!("http: {}", address(place.ports.monitoring)));
}

fn limits(text: &mut Text, config: &ServerConfig) {
    text.optional("server_name", config.name.as_deref().map(quoted));
    text.optional("client_advertise", config.client_advertise.as_deref().map(quoted));
    text.optional("max_payload", config.max_payload.map(|bytes| bytes.to_string()));
    text.optional("ping_interval", config.ping.map(|(interval, _)| duration(interval)));
    text.optional("ping_max", config.ping.map(|(_, max_out)| max_out.to_string()));
    text.optional("lame_duck_duration", config.lame_duck.map(|(whole, _)| duration(whole)));
    text.optional("lame_duck_grace_period", config.lame_duck.map(|(_, grace)| duration(grace)));
    let (debug, trace) = match config.verbosity {
        Verbosity::Notices => (false, false),
        Verbosity::Debug => (true, false),
        Verbosity::Trace => (true, true),
    };
    text.line(&format!("debug: {debug}\ntrace: {trace}"));
}

fn authorization(text: &mut Text, config: &ServerConfig) {
    let mut lines = Vec::new();
    lines.extend(config.token.as_ref().map(|token| format!("token: {}", quoted(token))));
    if !config.users.is_empty() {
        let users: Vec<_> = config.users.iter().map(user).collect();
        lines.push(format!("users: [\n{}\n]", users.join("\n")));
    }
    if !lines.is_empty() {
        text.block("authorization", &lines);
    }
}

fn user(user: &User) -> String {
    let login = match &user.login {
        Login::Password { name, password } => {
            format!("user: {}, password: {}", quoted(name), quoted(password))
        }
        Login::Nkey { public_key } => format!("nkey: {}", quoted(public_key)),
    };
    if !user.is_restricted() {
        return format!("{{ {login} }}");
    }
    let verbs = [("publish", &user.publish), ("subscribe", &user.subscribe)];
    let mut permissions: Vec<_> = verbs.into_iter().filter_map(rules).collect();
    if user.responses {
        permissions.push("allow_responses: true".to_owned());
    }
    format!("{{ {login}, permissions: {{ {} }} }}", permissions.join(", "))
}

fn rules((verb, rules): (&str, &Rules)) -> Option<String> {
    let lists = [("allow", &rules.allow), ("deny", &rules.deny)];
    let given = lists.iter().filter(|(_, subjects)| !subjects.is_empty());
    let lists: Vec<_> = given.map(|(name, subjects)| list(name, subjects)).collect();
    (!lists.is_empty()).then(|| format!("{verb}: {{ {} }}", lists.join(", ")))
}

fn list(name: &str, subjects: &[String]) -> String {
    let subjects: Vec<_> = subjects.iter().map(|subject| quoted(subject)).collect();
    format!("{name}: [{}]", subjects.join(", "))
}

fn tls_lines(tls: &Tls, first: bool) -> Vec<String> {
    let mut lines = vec![
        format!("cert_file: {}", quoted_path(&tls.certificate)),
        format!("key_file: {}", quoted_path(&tls.key)),
    ];
    if let Some(authority) = &tls.client_ca {
        lines.push(format!("ca_file: {}", quoted_path(authority)));
        lines.push("verify: true".to_owned());
    }
    if first {
        lines.push("handshake_first: true".to_owned());
    }
    lines
}

fn websocket_lines(websocket: &WebSocket, port: u16) -> Vec<String> {
    let mut lines = vec![format!("listen: {}", address(port))];
    match websocket {
        WebSocket::Clear => lines.push("no_tls: true".to_owned()),
        WebSocket::Tls(tls) => {
            lines.push(format!("tls {{ {} }}", tls_lines(tls, false).join("\n")));
        }
    }
    lines
}

fn cluster_lines(seat: &Seat, no_advertise: bool) -> Vec<String> {
    let url = |port: &u16| quoted(&format!("nats-route://127.0.0.1:{port}"));
    let routes: Vec<_> = seat.routes.iter().filter(|port| **port != seat.port).map(url).collect();
    vec![
        format!("name: {}", quoted(&seat.name)),
        format!("listen: {}", address(seat.port)),
        format!("routes: [{}]", routes.join(", ")),
        format!("no_advertise: {no_advertise}"),
    ]
}

/// The server reads -1 as "any free port".
fn address(port: u16) -> String {
    match port {
        0 => quoted("127.0.0.1:-1"),
        port => quoted(&format!("127.0.0.1:{port}")),
    }
}

fn duration(time: Duration) -> String {
    quoted(&format!("{}ms", time.as_millis()))
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// A string of the configuration language: double quotes, backslash escapes.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn optional(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(&format!("{name}: {value}"));
        }
    }

    fn block(&mut self, name: &str, lines: &[String]) {
        self.line(&format!("{name} {{"));
        for line in lines {
            self.line(&format!("  {line}"));
        }
        self.line("}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_port_is_asked_for_and_a_known_one_is_kept() {
        let ports = Ports { client: 4300, ..Ports::default() };
        let text = render(&ServerConfig::new(), &Place { ports, ..Place::default() });

        assert!(text.contains("listen: \"127.0.0.1:4300\""), "{text}");
        assert!(text.contains("http: \"127.0.0.1:-1\""), "{text}");
    }

    #[test]
    fn quotes_in_a_value_do_not_end_it() {
        let text = render(&ServerConfig::new().token("a\"b\\c"), &Place::default());

        assert!(text.contains(r#"token: "a\"b\\c""#), "{text}");
    }

    #[test]
    fn a_restricted_user_is_one_map_with_commas() {
        let user = User::new("a", "b").allow_publish("x").deny_publish("y").allow_responses();
        let text = render(&ServerConfig::new().user(user), &Place::default());
        let publish = r#"publish: { allow: ["x"], deny: ["y"] }"#;

        assert!(text.contains(&format!("permissions: {{ {publish}, allow_responses: true }}")));
    }

    #[test]
    fn tls_first_and_client_certificates_are_asked_for() {
        let config = ServerConfig::new().tls("cert.pem", "key.pem");
        let text = render(&config.tls_verify("ca.pem").tls_first(), &Place::default());

        for line in [r#"ca_file: "ca.pem""#, "verify: true", "handshake_first: true"] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn a_server_has_no_route_to_itself() {
        let seat = Seat { name: "c".to_owned(), port: 2, routes: vec![1, 2] };
        let place = Place { cluster: Some(seat), ..Place::default() };
        let text = render(&ServerConfig::new(), &place);

        assert!(text.contains("routes: [\"nats-route://127.0.0.1:1\"]"), "{text}");
    }
}
