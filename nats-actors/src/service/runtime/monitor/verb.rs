//! The three questions, and where they are asked.

use crate::service::runtime::roster::Roster;

/// A question about a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// Who is there?
    Ping,
    /// What do you offer?
    Info,
    /// What have you done?
    Stats,
}

impl Verb {
    pub(super) const ALL: [Self; 3] = [Self::Ping, Self::Info, Self::Stats];

    /// Where everybody, those of this name, and this instance are asked.
    pub(super) fn subjects(self, prefix: &str, roster: &Roster) -> [String; 3] {
        let verb = match self {
            Self::Ping => "PING",
            Self::Info => "INFO",
            Self::Stats => "STATS",
        };
        let (name, id) = (roster.name(), roster.id());
        [
            format!("{prefix}.{verb}"),
            format!("{prefix}.{verb}.{name}"),
            format!("{prefix}.{verb}.{name}.{id}"),
        ]
    }

    pub(super) fn answer(self, roster: &Roster) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Ping => serde_json::to_vec(&roster.ping()),
            Self::Info => serde_json::to_vec(&roster.info()),
            Self::Stats => serde_json::to_vec(&roster.stats()),
        }
    }
}
