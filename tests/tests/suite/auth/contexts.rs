//! Contexts of the NATS CLI: files, the environment, and connecting as they say.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use nats_actors::ErrorKind;
use nats_actors::context::{Context, Contexts};
use nats_actors::testing::{Server, User};
use serde_json::{Value, json};

use super::kit::{Trust, user_info, works, write};

/// As `nats context add` writes it, with every key that it knows.
fn file(server: &Server, settings: &Value) -> String {
    let mut all = json!({
        "description": "for tests", "url": server.url(), "socks_proxy": "", "token": "", "user": "",
        "password": "", "creds": "", "nkey": "", "cert": "", "key": "", "ca": "", "nsc": "",
        "jetstream_domain": "", "jetstream_api_prefix": "", "jetstream_event_prefix": "",
        "inbox_prefix": "", "user_jwt": "", "user_seed": "", "color_scheme": "", "tls_first": false,
        "windows_cert_store": "", "windows_cert_match_by": "", "windows_cert_match": "",
        "windows_ca_certs_match": [],
    });
    let given = settings.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(given);
    all.to_string()
}

fn add(contexts: &Path, name: &str, text: &str) {
    let folder = contexts.join("context");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
}

// spec: A21-01, A21-02, A21-03, UTL-03
#[tokio::test]
async fn the_selected_context_or_a_named_one_is_read() {
    let server = Server::builder().user(User::new("ann", "s3cret")).start().await.unwrap();
    let dir = server.dir().join("nats");
    let contexts = Contexts::at(&dir);
    assert_eq!((contexts.names().unwrap().len(), contexts.selected().unwrap()), (0, None));
    let login = json!({"user": "ann", "password": "s3cret"});
    add(&dir, "prod", &file(&server, &login));
    add(&dir, "empty", "{}");
    assert_eq!(contexts.names().unwrap(), ["empty", "prod"]);

    let none = contexts.load("").unwrap_err();
    assert!(none.to_string().ends_with("no context is selected"), "{none}");
    std::fs::write(dir.join("context.txt"), "prod\n").unwrap();
    let context = contexts.load("").unwrap();
    assert_eq!(context.description(), "for tests");
    works(&context.connect().await.unwrap()).await;
    contexts.select("empty").unwrap();
    assert_eq!(contexts.selected().unwrap().as_deref(), Some("empty"));
    for name in ["nobody", "../context/prod", "a/b"] {
        assert_eq!(contexts.load(name).unwrap_err().kind(), ErrorKind::BadOptions, "{name}");
    }
}

// spec: A21-07, SEC-41
#[tokio::test]
async fn what_is_saved_is_for_the_user_alone_and_whole() {
    let server = Server::start().await.unwrap();
    let dir = server.dir().join("nats");
    let contexts = Contexts::at(&dir);
    let text = file(&server, &json!({"token": "hunter2", "color_scheme": "red", "new_key": [1]}));
    let context: Context = serde_json::from_str(&text).unwrap();
    contexts.save("mine", &context).unwrap();
    contexts.save("mine", &context).unwrap();

    let path = dir.join("context/mine.json");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&dir.join("context"))), (0o600, 0o700));
    let saved: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!((&saved["token"], &saved["color_scheme"]), (&json!("hunter2"), &json!("red")));
    assert_eq!((&saved["new_key"], contexts.names().unwrap()), (&json!([1]), vec!["mine".into()]));
    assert!(!format!("{context:?} {:?}", context.options().unwrap()).contains("hunter2"));
    let error = contexts.save("../mine", &context).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOptions);
    add(&dir, "bad", r#"{"token":"hunter2","user":5}"#);
    let error = contexts.load("bad").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

// spec: A21-04, A21-05
#[tokio::test]
async fn options_count_before_the_context() {
    let user = |name: &str| User::new(name, "p");
    let server = Server::builder().user(user("ann")).user(user("bob")).start().await.unwrap();
    let settings = json!({
        "user": "ann", "password": "p", "inbox_prefix": "_CTX", "jetstream_domain": "hub",
    });
    let context: Context = serde_json::from_str(&file(&server, &settings)).unwrap();
    let servers = server.url();
    let as_it_says = context.options().unwrap().connect(servers.as_str()).await.unwrap();
    assert_eq!(user_info(&as_it_says).await["user"], "ann");
    assert!(as_it_says.new_inbox().starts_with("_CTX."));
    let changed = context.options().unwrap().user_and_password("bob", "p").inbox_prefix("_OWN");
    let client = changed.connect(servers.as_str()).await.unwrap();
    assert_eq!(user_info(&client).await["user"], "bob");
    assert!(client.new_inbox().starts_with("_OWN."));

    // Where JetStream is: nobody answers in a domain that does not exist, and the request shows the prefix.
    for (settings, subject) in [
        (json!({"jetstream_domain": "hub"}), "$JS.hub.API.INFO"),
        (json!({"jetstream_domain": "hub", "jetstream_api_prefix": "js.of.us"}), "js.of.us.INFO"),
        (json!({}), "$JS.API.INFO"),
    ] {
        let context: Context = serde_json::from_value(settings).unwrap();
        let mut tap = client.subscribe(subject).await.unwrap();
        let js = context.jetstream(&client).unwrap();
        let asking = tokio::spawn(async move { js.account().await.map(drop) });
        assert_eq!(tap.next().await.unwrap().subject(), subject);
        asking.abort();
    }
}

/// With a home and a `PATH` of its own, this test runs itself as another process.
// spec: A21-01, A21-04, A21-06, UTL-04
#[tokio::test]
async fn the_environment_is_followed() {
    if std::env::var_os("NATS_ACTORS_CONTEXT_CHILD").is_some() {
        return child().await;
    }
    let trust = Trust::new();
    let server = trust.server().await;
    let home = server.dir().join("home");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("a.creds"), trust.creds("a", None).expose()).unwrap();
    let dir = home.join(".config/nats");
    add(&dir, "tilde", &file(&server, &json!({"creds": "~/a.creds"})));
    add(&dir, "variable", &file(&server, &json!({"creds": "$TEST_DIR/a.creds"})));
    add(&dir, "nsc", &file(&server, &json!({"nsc": "nsc://o/a/u", "url": ""})));
    add(&dir, "broken", &file(&server, &json!({"nsc": "nsc://nobody/a/u", "url": ""})));
    let profile = json!({
        "user_creds": home.join("a.creds"), "operator": {"service": [server.url()]},
    });
    let nsc = write(
        &server,
        "nsc",
        &format!(
            "#!/bin/sh\n[ \"$1 $2 $3\" = 'generate profile nsc://o/a/u' ] || exit 3\necho '{profile}'\n",
        ),
    );
    std::fs::set_permissions(&nsc, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", server.dir().display());
    let test = "auth::contexts::the_environment_is_followed";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("NATS_ACTORS_CONTEXT_CHILD", "1")
        .env("HOME", &home)
        .env_remove("XDG_CONFIG_HOME")
        .env("TEST_DIR", &home)
        .env("PATH", path)
        .env("NATS_CONTEXT", "tilde")
        .env("NATS_INBOX_PREFIX", "_MINE")
        .output()
        .unwrap();

    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
}

async fn child() {
    for name in ["tilde", "variable", "nsc"] {
        let (client, _) = nats_actors::context::connect(name, |options| options.name("child"))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(user_info(&client).await["user"].as_str().unwrap().starts_with('U'));
    }
    let broken = Context::load("broken").await.unwrap_err();
    assert!(broken.to_string().contains("nsc failed"), "{broken}");
    let context = Context::from_environment().unwrap();
    let client = context.connect().await.unwrap();
    assert!(client.new_inbox().starts_with("_MINE."));
    works(&client).await;
}
