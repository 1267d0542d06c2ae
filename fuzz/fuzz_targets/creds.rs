#![no_main]

use libfuzzer_sys::fuzz_target;
use nats_actors_fuzz::text_checks;

fuzz_target!(|data: &[u8]| text_checks::creds(data));
