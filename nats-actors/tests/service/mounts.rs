//! What a mount knows, and the shapes that a service may have.

use std::time::Duration;

use nats_actors::handler::State;
use nats_actors::protocol::Message;
use nats_actors::service::{Fault, Mount, MountProblem, Service, ServiceMeta, TestService};
use nats_actors::{handlers, service};

use crate::orders::*;

// spec: A32-07, A32-08
#[test]
fn a_mount_resolves_subjects_and_queue_groups() {
    let mount = Mount::<Orders>::of();
    let resolved = |name| {
        let endpoint = mount.endpoints().iter().find(|e| e.spec().name() == name).unwrap();
        (endpoint.subject(), endpoint.queue_group())
    };

    assert_eq!(resolved("cancel"), ("orders.v1.*.cancel", Some("q")));
    assert_eq!(resolved("count"), ("orders.v1.count", Some("q")));
    assert_eq!(resolved("audit"), ("audit.*.*.>", Some("q")));
    assert_eq!(resolved("fails"), ("orders.v1.fails", None));
    assert_eq!(mount.problems(), []);
    assert!(!mount.is_exclusive());

    let cancel = mount.endpoints().first().unwrap().spec();
    assert_eq!(cancel.concurrency_limit(), 8);
    assert_eq!(cancel.default_timeout(), Duration::from_secs(2));
    assert_eq!(cancel.metadata_pairs(), [("idempotent", "true")]);
    assert!(cancel.description_text().starts_with("Cancels an order."));
    assert_eq!(Orders::INFO.description_text(), "Keeps orders.");
    assert_eq!(Orders::INFO.metadata_pairs(), [("team", "checkout"), ("cost-center", "7")]);
}

#[tokio::test]
async fn absolute_subjects_and_wildcards_are_served() {
    let service = orders();
    assert_eq!(request(&service, "audit.x.12.y.z", b"").await.payload(), b"12");
    assert_eq!(OrdersClient::new(&service).audit("x", OrderId(9), "y.z").await.unwrap(), 9);
}

#[test]
fn endpoints_that_would_both_answer_are_a_problem() {
    #[service(name = "both", version = "0.1.0")]
    struct Both;
    #[handlers(client = none)]
    impl Both {
        #[endpoint("get")]
        async fn relative(&self) {}
        #[endpoint("/both.*")]
        async fn absolute(&self) {}
    }

    let problems = Mount::<Both>::of().problems();
    let [MountProblem::Overlap { endpoints, .. }] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(endpoints, &["relative", "absolute"]);
}

#[tokio::test]
async fn exclusive_handlers_change_the_service_one_at_a_time() {
    #[service(name = "sequencer", version = "0.3.0", queue = none)]
    struct Sequencer {
        next: u64,
    }
    #[handlers]
    impl Sequencer {
        #[endpoint("next")]
        async fn next(&mut self, State(before): State<u64>, step: u64) -> Result<u64, Fault> {
            let seen = self.next;
            tokio::task::yield_now().await;
            assert_eq!((seen, before), (self.next, seen), "another request came between");
            self.next += step;
            Ok(self.next)
        }
        #[endpoint("peek")]
        async fn peek(&self) -> u64 {
            self.next
        }
    }

    assert!(Mount::<Sequencer>::of().is_exclusive());
    let service = TestService::new(Sequencer { next: 0 });
    let client = SequencerClient::new(&service);
    let calls = (0..50).map(|_| client.next(&2).into_future());
    let results = futures_util::future::join_all(calls).await;

    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(client.peek().await.unwrap(), 100);
}

#[tokio::test]
async fn a_generic_service_is_one_too() {
    trait Store: Send + Sync + 'static {
        fn get(&self) -> u32;
    }
    struct Seven;
    impl Store for Seven {
        fn get(&self) -> u32 {
            7
        }
    }
    #[service(name = "cache", version = "0.1.0")]
    struct Cache<S: Store> {
        store: S,
        label: String,
    }
    #[handlers]
    impl<S: Store> Cache<S> {
        #[endpoint]
        async fn get(&self, State(label): State<String>) -> (String, u32) {
            (label, self.store.get())
        }
    }

    let service = TestService::new(Cache { store: Seven, label: "l".into() });
    let client = CacheClient::<Seven, _>::new(&service);
    assert_eq!(client.get().await.unwrap(), ("l".to_owned(), 7));
}

#[test]
fn a_buffer_goes_round() {
    let mount = Mount::<Orders>::of();
    let endpoint = mount.endpoints().iter().find(|e| e.spec().name() == "count").unwrap();
    let message = Message::new("orders.v1.count", None, None, b"");
    let request = endpoint.request(&message, std::time::Instant::now());
    let buffer = Vec::with_capacity(1000);
    let place = buffer.as_ptr();

    let reply = request.with_buffer(buffer).reply::<Orders, u32, Fault>(Ok(5));

    assert_eq!(reply.payload(), b"5");
    let buffer = reply.into_buffer();
    assert_eq!(buffer.as_ptr(), place);
}

fn assert_service<S: Service>() {}

#[test]
fn the_traits_can_be_written_by_hand() {
    mod by_hand {
        use nats_actors::handler::Json;
        use nats_actors::service::{
            Endpoint, EndpointSpec, Fault, Mount, Reply, Request, RequestCx, Service, ServiceInfo,
            ServiceMeta,
        };

        pub(super) struct Twice;
        pub(super) struct Double;

        impl ServiceMeta for Twice {
            type Codec = Json;
            const INFO: ServiceInfo = ServiceInfo::new("twice", "0.1.0");
        }
        impl Service for Twice {
            fn endpoints(mount: &mut Mount<Self>) {
                mount.add::<Double>();
            }
        }
        impl Endpoint<Twice> for Double {
            const SPEC: EndpointSpec = EndpointSpec::new("double", "{n}");
            async fn call<'a>(service: &'a Twice, request: Request<'a>) -> Reply {
                match RequestCx::new(service, &request).param::<u32>("n") {
                    Ok(n) => request.reply::<Twice, u32, Fault>(Ok(2 * n)),
                    Err(rejection) => Reply::rejected(&rejection),
                }
            }
        }
    }

    assert_service::<by_hand::Twice>();
    let service = TestService::new(by_hand::Twice);
    let message = Message::new("twice.21", None, None, b"");
    let reply = futures_util::FutureExt::now_or_never(service.reply_to(&message)).flatten();
    assert_eq!(reply.unwrap().payload(), b"42");
}
