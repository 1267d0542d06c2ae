//! The operating system's side of a server: a child that never outlives its owner.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

/// Becomes the server, and leaves a guard behind that reads the pipe this process holds. A line
/// means the server is gone and its pid may belong to somebody else; the end of the pipe means the
/// holder is gone, however it ended, and the server goes too.
const GUARDED: &str = "exec 3<&0; \
    (read -r _ <&3 || kill -9 $$) >/dev/null 2>&1 & \
    exec \"$0\" \"$@\" 3<&- </dev/null";

/// A running nats-server. Dropping it kills it and waits until it is gone.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    guard: ChildStdin,
}

impl Process {
    /// Its own process group keeps a Ctrl-C of the terminal from it: the test decides how it ends.
    pub(super) fn spawn(binary: &Path, args: &[&Path], log: File) -> io::Result<Self> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(GUARDED).arg(binary).args(args);
        command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let mut child = command.spawn()?;
        let guard = child.stdin.take().ok_or_else(|| io::Error::other("no pipe to the guard"))?;
        Ok(Self { child, guard })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Safe against a reused pid: until this value has seen the exit, the pid stays taken.
    pub(super) fn signal(&mut self, signal: Signal) -> io::Result<()> {
        if self.exited().is_some() {
            return Err(io::Error::other("the process has ended"));
        }
        kill_process(Pid::from_child(&self.child), signal)?;
        Ok(())
    }

    /// Freezes it, and waits until each of its threads is: until then, some would still answer.
    pub(super) fn pause(&mut self) -> io::Result<()> {
        self.signal(Signal::STOP)?;
        // An exit, should one come first, is left for `exited` to see.
        let seen = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(&self.child)), seen)?;
        Ok(())
    }

    /// How it ended, if it has.
    pub(super) fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Ends it at once and waits until it is gone, which a killed process is within milliseconds.
    pub(super) fn kill(&mut self) -> io::Result<ExitStatus> {
        self.child.kill()?;
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Neither can be reported from here, and neither fails while the child is ours.
        let _ = self.kill();
        let _ = self.guard.write_all(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustix::process::test_kill_process;

    use super::*;
    use crate::testing::wait::until;

    fn sleeper() -> Process {
        Process::spawn(Path::new("sleep"), &[Path::new("600")], tempfile::tempfile().unwrap())
            .unwrap()
    }

    fn unrelated_pipe() -> ChildStdin {
        Command::new("true").stdin(Stdio::piped()).spawn().unwrap().stdin.take().unwrap()
    }

    fn exists(pid: u32) -> bool {
        let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
        test_kill_process(pid).is_ok()
    }

    #[test]
    fn a_dropped_process_is_gone_and_reaped() {
        let process = sleeper();
        let pid = process.pid();

        assert!(exists(pid));
        drop(process);
        assert!(!exists(pid));
    }

    #[tokio::test]
    async fn the_guard_kills_when_the_pipe_ends() {
        let mut process = sleeper();
        process.guard = unrelated_pipe();

        assert!(until(Duration::from_secs(10), || process.exited().is_some()).await);
    }

    #[test]
    fn a_process_that_has_ended_takes_no_signal() {
        let mut process = sleeper();
        process.kill().unwrap();

        assert!(process.signal(Signal::STOP).is_err());
    }
}
