mod shop {
    use nats_actors::service::Fault;
    use nats_actors::*;

    type Result<T> = std::result::Result<T, Fault>;

    #[derive(Debug, ServiceError)]
    pub enum OrderError {
        #[service(code = 404)]
        NotFound { id: u64 },
    }

    impl std::fmt::Display for OrderError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("not found")
        }
    }

    /// Orders.
    #[service(name = "orders", version = "1.2.0")]
    pub struct Orders {
        pub count: u32,
    }

    #[handlers]
    impl Orders {
        pub const LIMIT: u32 = 7;

        #[endpoint("{id}.get")]
        pub async fn get(&self, id: u64) -> std::result::Result<u64, OrderError> {
            Err(OrderError::NotFound { id })
        }

        #[endpoint]
        async fn alias(&self) -> Result<u32> {
            Ok(self.helper())
        }

        #[cfg(any())]
        #[endpoint("gone")]
        async fn gone(&self, nothing: Nothing) {}

        fn helper(&self) -> u32 {
            self.count
        }
    }
}

// The client is named without its transport where it is the real one.
struct Holder {
    _orders: shop::OrdersClient,
}

fn main() {
    let service = nats_actors::service::TestService::new(shop::Orders { count: 1 });
    let client = shop::OrdersClient::new(&service);
    let _ = (client.clone().alias(), shop::Orders::LIMIT);
}
