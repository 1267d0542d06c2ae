//! What a test does to a server.

use std::fs;
use std::io;
use std::time::Duration;

use rustix::process::Signal;

use super::handle::Server;
use super::launch::launch;
use super::process::Process;
use crate::testing::config::{ServerConfig, render};
use crate::testing::error::{ServerError, ServerErrorKind};
use crate::testing::wait::until;

const PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    /// Ends the process at once (SIGKILL) and waits until it is gone: nothing is flushed, no client
    /// is told. Does nothing if it is not running. Blocks the thread for some milliseconds.
    ///
    /// # Errors
    ///
    /// [`System`](ServerErrorKind::System) if the operating system refuses.
    pub fn kill(&self) -> Result<(), ServerError> {
        let process = self.state().process.take();
        match process.map(|mut process| process.kill()) {
            Some(Err(error)) => Err(ServerError::system("nats-server could not be killed", error)),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// Asks the process to end (SIGTERM) and waits until it has: clients see their connections
    /// close, JetStream is flushed. Also ends a paused server. Does nothing if it is not running.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](ServerErrorKind::TimedOut) after 20 seconds, after killing it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the wait; the process has been asked to end.
    pub async fn stop(&self) -> Result<(), ServerError> {
        if !self.is_running() {
            return Ok(());
        }
        self.signal(Signal::TERM)?;
        // A paused process gets SIGTERM when it goes on; one that has ended needs neither.
        let _ = self.resume();
        let gone = until(PATIENCE, || !self.is_running()).await;
        self.kill()?;
        if gone { Ok(()) } else { Err(self.fail(ServerErrorKind::TimedOut, "did not stop")) }
    }

    /// Starts the server again, on the same ports and with the same store; stops it first if it
    /// runs. Waits until it greets clients.
    ///
    /// # Errors
    ///
    /// See [`start`](Self::start).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the server stopped, or running as it was.
    pub async fn restart(&self) -> Result<(), ServerError> {
        self.stop().await?;
        let config = self.state().config.clone();
        let place = self.place();
        let (process, _) = launch(&self.home, &config, &place).await?;
        let mut state = self.state();
        state.process = Some(process);
        state.place = place;
        Ok(())
    }

    /// Freezes the process (SIGSTOP): its connections stay open, and nothing answers. Returns when
    /// all of its threads are frozen, within a millisecond or so.
    ///
    /// # Errors
    ///
    /// [`NotRunning`](ServerErrorKind::NotRunning) if there is no process.
    pub fn pause(&self) -> Result<(), ServerError> {
        self.on_process(Process::pause)
    }

    /// Lets a paused process go on (SIGCONT).
    ///
    /// # Errors
    ///
    /// [`NotRunning`](ServerErrorKind::NotRunning) if there is no process.
    pub fn resume(&self) -> Result<(), ServerError> {
        self.signal(Signal::CONT)
    }

    /// Enters lame duck mode (SIGUSR2): clients get an INFO that says so, no new ones are taken,
    /// and after the [grace period](ServerConfig::lame_duck) the server closes them and ends.
    ///
    /// # Errors
    ///
    /// [`NotRunning`](ServerErrorKind::NotRunning) if there is no process.
    pub fn lame_duck(&self) -> Result<(), ServerError> {
        self.signal(Signal::USR2)
    }

    /// Has the server read its configuration again (SIGHUP), and waits until it has.
    ///
    /// # Errors
    ///
    /// [`NotRunning`](ServerErrorKind::NotRunning) if there is no process;
    /// [`Refused`](ServerErrorKind::Refused) if the server keeps its old configuration, with the
    /// reason in its log; [`TimedOut`](ServerErrorKind::TimedOut) after 20 seconds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future forgets the verdict; the server reads its configuration nevertheless.
    pub async fn reload(&self) -> Result<(), ServerError> {
        let start_of_log = self.home.log_len();
        self.signal(Signal::HUP)?;
        let mut accepted = None;
        until(PATIENCE, || {
            accepted = verdict(&self.home.log_since(start_of_log));
            accepted.is_some()
        })
        .await;
        match accepted {
            Some(true) => Ok(()),
            Some(false) => Err(self.fail(ServerErrorKind::Refused, "refused the configuration")),
            None => Err(self.fail(ServerErrorKind::TimedOut, "did not reload")),
        }
    }

    /// Gives the running server another configuration, without a restart.
    ///
    /// # Errors
    ///
    /// As [`reload`](Self::reload); the server tells what it can change only by a restart.
    ///
    /// # Cancel safety
    ///
    /// As that of [`reload`](Self::reload); a later restart goes by the old configuration.
    pub async fn reconfigure(&self, config: ServerConfig) -> Result<(), ServerError> {
        fs::write(self.home.config(), render(&config, &self.state().place))
            .map_err(|error| ServerError::system("the configuration is not writable", error))?;
        self.reload().await?;
        self.state().config = config;
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<(), ServerError> {
        self.on_process(|process| process.signal(signal))
    }

    fn on_process(
        &self,
        act: impl FnOnce(&mut Process) -> io::Result<()>,
    ) -> Result<(), ServerError> {
        let acted = self.state().process.as_mut().map(act);
        match acted {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(self.fail(ServerErrorKind::NotRunning, "is not running")),
        }
    }
}

/// What the server logged about a reload: `None` while it has not finished.
fn verdict(log: &str) -> Option<bool> {
    let refused = log.contains("Failed to reload server configuration");
    let accepted = log.contains("Reloaded server configuration");
    (refused || accepted).then_some(accepted && !refused)
}
