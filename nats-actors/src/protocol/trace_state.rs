//! What tracing systems keep with a trace: the rules of `tracestate` (W3C Trace Context).

/// Members that there may be.
const MAX_MEMBERS: usize = 32;
/// Bytes that are passed on; the standard asks for at least as many.
const MAX_LEN: usize = 512;
/// From more bytes than these on, a member is the first to go when there are too many.
const LARGE: usize = 128;

/// The members of all values, in order, as one value; none if there are none or one of them breaks a rule.
///
/// What does not fit into 512 bytes is left out: large members first, then those at the end.
pub(super) fn combine<'a>(values: impl Iterator<Item = &'a str>) -> Option<Box<str>> {
    let mut members = Vec::new();
    for value in values {
        for member in value.split(',').map(|member| member.trim_matches([' ', '\t'])) {
            if member.is_empty() {
                continue;
            }
            if members.len() == MAX_MEMBERS || !is_member(member) {
                return None;
            }
            members.push(member);
        }
    }
    shorten(&mut members);
    if members.is_empty() { None } else { Some(members.join(",").into()) }
}

fn shorten(members: &mut Vec<&str>) {
    let len = |members: &[&str]| members.iter().map(|member| member.len() + 1).sum::<usize>();
    if len(members) > MAX_LEN + 1 {
        members.retain(|member| member.len() <= LARGE);
    }
    while len(members) > MAX_LEN + 1 {
        members.pop();
    }
}

fn is_member(member: &str) -> bool {
    member.split_once('=').is_some_and(|(key, value)| is_key(key) && is_value(value))
}

/// A name, or a tenant and the name of its system.
fn is_key(key: &str) -> bool {
    let fits = |part: &str, max: usize, first: fn(u8) -> bool| {
        let others =
            |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/');
        part.len() <= max && part.bytes().next().is_some_and(first) && part.bytes().all(others)
    };
    let letter = |byte: u8| byte.is_ascii_lowercase();
    match key.split_once('@') {
        None => fits(key, 256, letter),
        Some((tenant, system)) => {
            let first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            fits(tenant, 241, first) && fits(system, 14, letter)
        }
    }
}

/// Printable ASCII but for `,` and `=`. It does not end with a blank, since those were taken off.
fn is_value(value: &str) -> bool {
    let legal = |byte: u8| matches!(byte, b' '..=b'~') && byte != b',' && byte != b'=';
    !value.is_empty() && value.len() <= 256 && value.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn combined(values: &[&str]) -> Option<String> {
        combine(values.iter().copied()).map(String::from)
    }

    // spec: EVT-18
    #[test]
    fn members_of_all_lines_are_joined_in_order() {
        assert_eq!(combined(&["a=1", "b=2,c=3"]).as_deref(), Some("a=1,b=2,c=3"));
        assert_eq!(combined(&["a=1\t, \t b=2 ,,", ""]).as_deref(), Some("a=1,b=2"));
        assert_eq!(combined(&["1t@rojo=00f0"]).as_deref(), Some("1t@rojo=00f0"));
        assert_eq!(combined(&["a*/-_9=!~ x"]).as_deref(), Some("a*/-_9=!~ x"));
        assert_eq!(combined(&[]), None);
        assert_eq!(combined(&["", " , "]), None);
    }

    #[test]
    fn one_member_that_breaks_a_rule_spoils_them_all() {
        let (long_key, long_value) = ("k".repeat(257), "v".repeat(257));
        for bad in [
            "a",
            "a=",
            "=1",
            "A=1",
            "1=1",
            "a b=1",
            "a=1=2",
            "a=é",
            "a@=1",
            "@a=1",
            "a@1=1",
            "a@b@c=1",
            "ab@abcdefghijklmno=1",
            "a=\u{7f}",
            &format!("{long_key}=1"),
            &format!("a={long_value}"),
        ] {
            assert_eq!(combined(&["ok=1", bad]), None, "{bad}");
        }
        let many: Vec<String> = (0..33).map(|n| format!("k{n}=1")).collect();
        assert_eq!(combined(&[&many.join(",")]), None);
        assert!(combined(&[&many[..32].join(",")]).is_some());
    }

    #[test]
    fn what_is_too_long_loses_large_members_first_and_then_the_last() {
        let large = format!("large={}", "x".repeat(200));
        let small: Vec<String> = (0..9).map(|n| format!("s{n}={}", "y".repeat(50))).collect();
        let kept = combined(&[&small[..4].join(","), &large, &small[4..].join(",")]).unwrap();
        assert_eq!(kept, small.join(","));

        let small: Vec<String> = (0..12).map(|n| format!("s{n}={}", "y".repeat(50))).collect();
        let kept = combined(&[&small.join(",")]).unwrap();
        assert!(kept.len() <= MAX_LEN && small.join(",").starts_with(&kept), "{}", kept.len());
        assert_eq!(kept.split(',').count(), 9);
    }
}
