//! A cluster whose servers are replaced one after the other, under load.

mod ledger;
mod load;
mod restart;

pub use self::ledger::Ledger;
pub use self::load::{Load, LoadReport, Rates};
pub use self::restart::{leave, rolling_restart};
