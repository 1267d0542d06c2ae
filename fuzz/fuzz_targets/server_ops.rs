#![no_main]

use libfuzzer_sys::fuzz_target;
use nats_actors_fuzz::checks;

fuzz_target!(|data: &[u8]| checks::server_ops(data));
