//! What is wrong is found before anything connects, and all of it at once.

use std::time::Duration;

use nats_actors::app::{Deps, ProblemKind, Supervise, TaskContext};
use nats_actors::jetstream::StreamConfig;
use nats_actors::{App, Client, consumer, handlers, service};

use super::kit::{Billing, Greeter, Pace, Seen, orders};

#[service(name = "audit", version = "1.0.0", prefix = "greeter")]
struct Audit;

#[handlers]
impl Audit {
    #[endpoint("joe.*", timeout = "60s")]
    async fn joe(&self) {}
}

#[service(name = "tracer", version = "1.0.0")]
struct Tracer;

#[handlers]
impl Tracer {
    #[endpoint("/greeter.>", queue = none)]
    async fn any(&self) {}
}

#[consumer(stream = "ORDERS", durable = "billing", dead_letter = "orders.1.placed")]
struct Looped;

#[handlers]
impl Looped {
    #[on("orders.*.placed")]
    async fn placed(&self) {}
}

#[consumer(stream = "ORDERS", durable = "shipping", dead_letter = "orders.dead")]
struct Shipping;

#[handlers]
impl Shipping {
    #[on("parcels.>")]
    async fn any(&self) {}
}

async fn sweep(_: TaskContext, _: String) {}

const EVERYTHING: &str = "\
`my shop` cannot start: 22 problems
  1. application `my shop`: a name is made of A-Z a-z 0-9 - _
  2. application `my shop`: the version `one` is not SemVer: unexpected character 'o' while parsing major version number
  3. options that cannot be used on `http://x`: the scheme must be nats, tcp, tls, ws or wss
  4. group ``: a name is made of A-Z a-z 0-9 - _
  5. `suite::app::kit::Seen` is provided twice
  6. service `greeter` wants `suite::app::kit::Pace`, which nobody provides
  7. consumer `billing` on `ORDERS` wants `suite::app::kit::Pace`, which nobody provides
  8. task `sweep` wants `alloc::string::String`, which nobody provides
  9. task `sweep` wants `alloc::string::String`, which nobody provides
 10. consumer `billing` on `ORDERS` is there 2 times
 11. task `sweep` is there 2 times
 12. `greeter.greet` (`greeter.*.greet`) and `audit.joe` (`greeter.joe.*`) overlap: each request would go to one of them by chance
 13. `greeter.greet` (`greeter.*.greet`) and `tracer.any` (`greeter.>`) overlap: both would answer the same requests
 14. `audit.joe` (`greeter.joe.*`) and `tracer.any` (`greeter.>`) overlap: both would answer the same requests
 15. consumer billing: dead_letter `orders.1.placed` would be consumed again
 16. streams `ORDERS` and `GREETINGS` would both store `orders.7.placed`
 17. consumer `shipping`: `ORDERS` stores nothing that `parcels.>` matches
 18. consumer `shipping`: its own stream `ORDERS` would store the dead letters `orders.dead`
 19. stream `GREETINGS` would store and answer the requests of `greeter.greet` (`greeter.*.greet`)
 20. stream `GREETINGS` would store and answer the requests of `audit.joe` (`greeter.joe.*`)
 21. stream `GREETINGS` would store and answer the requests of `tracer.any` (`greeter.>`)
 22. `audit.joe` may take 60s, and a drain waits only 20s";

#[test]
fn every_problem_is_reported_at_once() {
    let app = App::new("my shop", "one")
        .connect("http://x")
        .provide(Seen::default())
        .provide(Seen::default())
        .provision(orders())
        .provision(StreamConfig::new("GREETINGS").subjects(["greeter.*.greet", "orders.7.placed"]))
        .service(Greeter::new)
        .service(|| Audit)
        .consumer(Billing::new)
        .consumer(|| Looped)
        .task("sweep", sweep)
        .group("", |group| group.service(|| Tracer).consumer(|| Shipping).task("sweep", sweep))
        .drain_timeout(Duration::from_secs(20));

    let error = app.plan().unwrap_err();

    assert_eq!(error.to_string(), EVERYTHING);
    assert_eq!(error.problems()[0].kind(), ProblemKind::Name);
    assert_eq!(error.problems()[2].kind(), ProblemKind::Address);
}

const PLAN: &str = "\
shop 1.2.0   drain 25s
stream ORDERS [orders.>]
service greeter 0.1.0
  greeter.*.greet -> greet   queue `q`   concurrency 64   timeout 5s
task sweep
group billing (rest for one)
  consumer billing on ORDERS   in flight 16   attempts 8
    orders.*.placed -> placed";

#[test]
fn a_plan_tells_what_will_run() {
    let app = App::new("shop", "1.2.0")
        .provide(Seen::default())
        .provide(Pace(Duration::ZERO))
        .provide("a name".to_owned())
        .provision(orders())
        .service(Greeter::new)
        .group("billing", |group| group.supervise(Supervise::rest_for_one()).consumer(Billing::new))
        .task("sweep", sweep);

    assert_eq!(app.plan().unwrap().to_string(), PLAN);
}

#[test]
fn no_factory_runs_in_a_plan_and_own_values_need_no_provider() {
    let app = App::new("shop", "1.2.0")
        .service(|_: Client, _: Deps| -> Greeter { panic!("the plan made a service") });

    assert!(app.plan().is_ok());
}
