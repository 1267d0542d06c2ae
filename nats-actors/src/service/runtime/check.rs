//! What must be right before anything subscribes.

use semver::Version;

use crate::protocol::check_subject;
use crate::service::{Mount, Service, ServiceInfo};

use super::error::{Error, ErrorKind};
use super::options::ServiceOptions;

/// Checks what the macros have checked for those who use them.
pub(super) fn definition<S: Service>(
    mount: &Mount<S>,
    options: &ServiceOptions,
) -> Result<(), Error> {
    let problem = name(&S::INFO)
        .or_else(|| version(&S::INFO))
        .or_else(|| prefix(options))
        .or_else(|| mount.problems().first().map(ToString::to_string));
    match problem {
        None => Ok(()),
        Some(problem) => {
            let text = format!("the service `{}` cannot be served: {problem}", S::INFO.name());
            Err(Error::new(ErrorKind::Definition, text))
        }
    }
}

fn name(info: &ServiceInfo) -> Option<String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let good = !info.name().is_empty() && info.name().chars().all(legal);
    (!good).then(|| "its name is made of other characters than A-Z a-z 0-9 - _".to_owned())
}

fn version(info: &ServiceInfo) -> Option<String> {
    let error = Version::parse(info.version()).err()?;
    Some(format!("its version `{}` is not SemVer: {error}", info.version()))
}

fn prefix(options: &ServiceOptions) -> Option<String> {
    let error = check_subject(&options.prefix).err()?;
    Some(format!("its prefix `{}`: {error}", options.prefix.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: A32-01
    #[test]
    fn name_and_version_are_checked() {
        let wrong = |info: ServiceInfo| name(&info).or_else(|| version(&info)).is_some();

        assert!(!wrong(ServiceInfo::new("a-Z_9", "1.0.0-rc.1+build")));
        for info in [ServiceInfo::new("", "1.0.0"), ServiceInfo::new("a.b", "1.0.0")] {
            assert!(wrong(info), "{info:?}");
        }
        for version in ["", "1", "1.0", "v1.0.0", "01.0.0"] {
            assert!(wrong(ServiceInfo::new("a", version)), "{version}");
        }
    }

    // spec: A32-02
    #[test]
    fn the_prefix_is_a_subject() {
        assert!(prefix(&ServiceOptions::new().prefix("MY.SRV")).is_none());
        assert!(prefix(&ServiceOptions::new().prefix("MY..SRV")).is_some());
        assert!(prefix(&ServiceOptions::new().prefix("MY.*")).is_some());
    }
}
