//! A cluster whose servers are replaced one after the other, under load.

mod ledger;
mod load;
mod pace;
mod report;
mod requests;
mod restart;

pub use self::ledger::Ledger;
pub use self::load::{Load, Rates};
pub use self::report::LoadReport;
pub use self::restart::{leave, rolling_restart};
