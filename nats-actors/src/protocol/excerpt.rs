//! Bytes from a peer, made fit for an error text.

/// How many bytes of the input an error shows.
const SHOWN: usize = 64;

/// The first bytes of `bytes`, with everything unprintable escaped and `…` where it was cut.
pub(super) fn excerpt(bytes: &[u8]) -> Box<str> {
    let shown = bytes.get(..SHOWN);
    let mut text = shown.unwrap_or(bytes).escape_ascii().to_string();
    if bytes.len() > SHOWN {
        text.push('…');
    }
    text.into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printable_is_escaped_and_what_is_long_is_cut() {
        assert_eq!(&*excerpt(b"PING\r\n\xff"), "PING\\r\\n\\xff");
        assert_eq!(&*excerpt(&[b'x'; 64]), "x".repeat(64));
        assert_eq!(&*excerpt(&[b'x'; 65]), "x".repeat(64) + "…");
    }
}
