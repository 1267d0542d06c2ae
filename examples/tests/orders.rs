//! The orders example as its users run it: a process, and what it prints.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::process::{Output, Stdio};
use std::time::Duration;

use nats_actors::Client;
use nats_actors::jetstream::StreamConfig;
use nats_actors::testing::{Server, User};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(120);

fn orders(url: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orders"));
    command.env_remove("NATS_URL").env_remove("NATS_CONTEXT").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(url) = url {
        command.env("NATS_URL", url);
    }
    command
}

async fn ended(child: Child) -> Output {
    timeout(PATIENCE, child.wait_with_output()).await.expect("it ends in time").unwrap()
}

/// The first number of each row.
fn rows(output: &Output) -> BTreeMap<String, u64> {
    let text = String::from_utf8_lossy(&output.stdout);
    let row = |line: &str| {
        let (name, rest) = line.split_at_checked(14)?;
        let count = rest.split_whitespace().next()?.replace(',', "").parse().ok()?;
        Some((name.trim().to_owned(), count))
    };
    text.lines().filter_map(row).collect()
}

#[track_caller]
fn assert_adds_up(output: &Output, read: u64) -> BTreeMap<String, u64> {
    let (table, log) = (&output.stdout, &output.stderr);
    let shown = format!("{}\n{}", String::from_utf8_lossy(table), String::from_utf8_lossy(log));
    assert_eq!(output.status.code(), Some(0), "{shown}");
    let rows = rows(output);
    let ends = rows["billed"] + rows["cancelled"] + rows["dead-lettered"];
    assert_eq!((rows["read"], rows["placed"]), (read, ends), "{shown}");
    assert_eq!(rows["refused"] + rows["placed"], read, "{shown}");
    assert!(shown.contains("every order is in exactly one final state"), "{shown}");
    rows
}

#[tokio::test]
async fn the_bundled_orders_show_every_kind_of_end() {
    let output = ended(orders(None).spawn().unwrap()).await;
    let rows = assert_adds_up(&output, 1000);

    assert_eq!((rows["refused"], rows["dead-lettered"], rows["panicked"]), (30, 4, 1));
    assert!(rows["retried"] >= 80, "{rows:?}");
    let table = String::from_utf8_lossy(&output.stdout);
    for reason in ["the card was declined", "the payload cannot be read", "does not answer"] {
        assert!(table.contains(reason), "{reason}\n{table}");
    }
    assert!(table.contains("in stream ORDERS_DEAD, sequence 4, subject dlq.orders.billing"));
    assert!(table.contains("8 duplicate, 12 invalid quantity, 10 out of stock"), "{table}");
}

/// kill -9 of the server in the middle, and the way back; the table of what came of it.
async fn survives_a_kill(
    mut command: Command,
    server: &Server,
    read: u64,
) -> BTreeMap<String, u64> {
    let mut child = command.spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let begun = async {
        while let Some(line) = log.next_line().await.unwrap() {
            let done = line.split(['/', ' ']).next().unwrap_or_default().replace(',', "");
            if done.parse::<u64>().is_ok_and(|done| (1..read).contains(&done)) {
                return;
            }
        }
        panic!("it ended before it was seen in the middle");
    };
    timeout(PATIENCE, begun).await.expect("it makes progress");
    server.kill().unwrap();
    tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
    server.restart().await.unwrap();

    let rows = assert_adds_up(&ended(child).await, read);
    assert!(rows["reconnects"] >= 1, "{rows:?}");
    rows
}

#[tokio::test]
async fn a_killed_server_loses_no_order_whatever_its_end() {
    let server = Server::builder().jetstream().start().await.unwrap();
    let mut command = orders(Some(&server.url()));
    command.args(["--rate", "400"]);

    let rows = survives_a_kill(command, &server, 1000).await;
    assert_eq!((rows["refused"], rows["dead-lettered"]), (30, 4));
}

/// At full speed calls are under way when the server goes: they are made again, and the table says so.
#[tokio::test]
async fn a_server_that_is_killed_at_full_speed_loses_no_order() {
    const ORDERS: u64 = 20_000;
    let server = Server::builder().jetstream().start().await.unwrap();
    let file = server.dir().join("orders.jsonl");
    let line = |id| {
        format!(r#"{{"id":{id},"customer":"Ann","item":"cup","quantity":1,"unit_price_cents":5}}"#)
    };
    std::fs::write(&file, (1..=ORDERS).map(|id| line(id) + "\n").collect::<String>()).unwrap();
    let mut command = orders(Some(&server.url()));
    command.arg(file);

    let rows = survives_a_kill(command, &server, ORDERS).await;
    assert_eq!(rows["billed"], ORDERS);
    assert!(rows["calls retried"] >= 1, "{rows:?}");
}

// spec: UTL-03, UTL-04
#[tokio::test]
async fn a_context_of_the_nats_cli_says_where_the_shop_is() {
    let ann = User::new("ann", "s3cret");
    let server = Server::builder().jetstream().user(ann).start().await.unwrap();
    let (file, context) = (server.dir().join("orders.jsonl"), server.dir().join("shop.json"));
    let order = r#"{"id":1,"customer":"Ann","item":"tamper","quantity":1,"unit_price_cents":2290}"#;
    std::fs::write(&file, order).unwrap();
    let url = server.url();
    let login = format!(r#"{{"url":"{url}","user":"ann","password":"s3cret"}}"#);
    std::fs::write(&context, login).unwrap();
    let mut command = orders(None);

    let output = ended(command.env("NATS_CONTEXT", context).arg(file).spawn().unwrap()).await;

    assert_eq!(assert_adds_up(&output, 1)["billed"], 1);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let place = format!("are up on the server at {}", url.trim_start_matches("nats://"));
    assert!(log.contains(&place) && !log.contains("s3cret"), "{log}");
}

/// A number is the identity of an order: the stream remembers it over runs.
#[tokio::test]
async fn a_second_run_places_nothing_twice_unless_it_begins_afresh() {
    let server = Server::builder().jetstream().start().await.unwrap();
    let file = server.dir().join("orders.jsonl");
    let good = r#"{"id":1,"customer":"Ann","item":"tamper","quantity":1,"unit_price_cents":2290}"#;
    std::fs::write(&file, good).unwrap();
    let run = async |more: &[&str]| {
        let mut command = orders(Some(&server.url()));
        let output = ended(command.arg("--file").arg(&file).args(more).spawn().unwrap()).await;
        let rows = assert_adds_up(&output, 1);
        (rows["billed"], rows["refused"])
    };

    assert_eq!(run(&[]).await, (1, 0));
    assert_eq!(run(&[]).await, (0, 1));
    assert_eq!(run(&["--fresh"]).await, (1, 0));
}

#[tokio::test]
async fn a_stream_of_somebody_else_is_left_alone() {
    let server = Server::builder().jetstream().start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    let theirs = StreamConfig::new("ORDERS").subjects(["their.orders"]);
    client.jetstream().create_stream(theirs).await.unwrap();

    for arguments in [&[][..], &["--fresh"]] {
        let output = ended(orders(Some(&server.url())).args(arguments).spawn().unwrap()).await;
        assert_eq!(output.status.code(), Some(2));
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(log.contains("a stream `ORDERS` that is not from this example"), "{log}");
    }
    let info = client.jetstream().stream("ORDERS").await.unwrap().info().await.unwrap();
    assert_eq!(info.config.subjects, ["their.orders"]);
}

#[tokio::test]
async fn lines_come_from_standard_input_and_bad_ones_are_named() {
    let mut child = orders(None).arg("-").stdin(Stdio::piped()).spawn().unwrap();
    let good = r#"{"id":1,"customer":"Ann","item":"tamper","quantity":1,"unit_price_cents":2290}"#;
    let mut input = child.stdin.take().unwrap();
    input.write_all(format!("{good}\n\nno order\n").as_bytes()).await.unwrap();
    drop(input);

    let output = ended(child).await;
    let rows = assert_adds_up(&output, 2);
    assert_eq!((rows["billed"], rows["refused"]), (1, 1));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("line 3: no order: expected ident"), "{log}");
}

#[tokio::test]
async fn serving_ends_with_a_drain_on_sigterm() {
    let mut child = orders(None).arg("--serve").spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let serving = async {
        while let Some(line) = log.next_line().await.unwrap() {
            if line.contains("serving orders.v1.>") {
                let url = line.split(' ').find(|word| word.starts_with("nats://")).unwrap();
                return url.trim_end_matches(',').to_owned();
            }
        }
        panic!("it ended before it served on");
    };
    let url = timeout(PATIENCE, serving).await.expect("it serves");
    let client = Client::connect(url).await.unwrap();
    let count = client.request("orders.v1.count", "").await.unwrap();
    assert_eq!(count.payload(), b"970");
    let status = client.request("orders.v1.1001.get", "").await.unwrap();
    assert!(String::from_utf8_lossy(status.payload()).contains(r#""state":"billed""#));

    let pid = child.id().unwrap().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
    assert!(sent.success());
    tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });

    let output = ended(child).await;
    assert_adds_up(&output, 1000);
}

#[tokio::test]
async fn what_cannot_begin_says_why() {
    let nobody = ended(orders(Some("nats://127.0.0.1:1")).spawn().unwrap()).await;
    assert_eq!(nobody.status.code(), Some(2));
    let log = String::from_utf8_lossy(&nobody.stderr);
    assert!(log.contains("127.0.0.1:1") && log.contains("cannot be reached"), "{log}");

    let no_file = ended(orders(None).args(["--file", "/nowhere.jsonl"]).spawn().unwrap()).await;
    assert_eq!(no_file.status.code(), Some(2));
    let log = String::from_utf8_lossy(&no_file.stderr);
    assert!(log.contains("/nowhere.jsonl"), "{log}");
}
