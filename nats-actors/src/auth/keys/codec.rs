//! The text of keys: base32 over a prefix, the key, and a checksum.
//!
//! Every buffer that may hold a seed is overwritten when it is dropped, which is why this is not left to a library.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

/// Bytes of a key.
pub(super) const KEY: usize = 32;
const CHECKSUM: usize = 2;
/// The upper five bits of a seed's first byte: the letter S.
const SEED: u8 = 18 << 3;

/// The prefix and the key of a public key.
pub(super) fn decode_public(text: &str) -> Result<(u8, [u8; KEY]), &'static str> {
    let raw = decode::<{ 1 + KEY + CHECKSUM }>(text)?;
    let [prefix, rest @ ..] = &*raw;
    let key = rest.first_chunk().ok_or(LENGTH)?;
    Ok((*prefix, *key))
}

pub(super) fn encode_public(prefix: u8, key: &[u8; KEY]) -> String {
    let mut raw = [0; 1 + KEY + CHECKSUM];
    fill(&mut raw, &[prefix], key);
    BASE32_NOPAD.encode(&raw)
}

/// The prefix of the public key, and the seed.
pub(super) fn decode_seed(text: &str) -> Result<(u8, Zeroizing<[u8; KEY]>), &'static str> {
    let raw = decode::<{ 2 + KEY + CHECKSUM }>(text)?;
    let [first, second, rest @ ..] = &*raw;
    if first & 0b1111_1000 != SEED {
        return Err("it does not begin with S");
    }
    let seed = rest.first_chunk().ok_or(LENGTH)?;
    Ok(((first & 0b111) << 5 | second >> 3, Zeroizing::new(*seed)))
}

pub(super) fn encode_seed(prefix: u8, seed: &[u8; KEY]) -> String {
    let mut raw = Zeroizing::new([0; 2 + KEY + CHECKSUM]);
    fill(&mut *raw, &[SEED | prefix >> 5, prefix << 3], seed);
    BASE32_NOPAD.encode(&*raw)
}

const LENGTH: &str = "it has not the right length";

fn decode<const RAW: usize>(text: &str) -> Result<Zeroizing<[u8; RAW]>, &'static str> {
    if BASE32_NOPAD.decode_len(text.len()) != Ok(RAW) {
        return Err(LENGTH);
    }
    let mut raw = Zeroizing::new([0; RAW]);
    BASE32_NOPAD.decode_mut(text.as_bytes(), &mut *raw).map_err(|_| "it is not base32")?;
    let (body, checksum) = raw.split_last_chunk::<CHECKSUM>().ok_or(LENGTH)?;
    if crc16(body) != u16::from_le_bytes(*checksum) {
        return Err("its checksum is wrong");
    }
    Ok(raw)
}

/// Writes prefix, key and checksum one behind the other.
fn fill(raw: &mut [u8], prefix: &[u8], key: &[u8; KEY]) {
    let body = raw.len() - CHECKSUM;
    let (body, checksum) = raw.split_at_mut(body);
    for (to, from) in body.iter_mut().zip(prefix.iter().chain(key)) {
        *to = *from;
    }
    checksum.copy_from_slice(&crc16(body).to_le_bytes());
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc: u16, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 { shifted } else { shifted ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_catalogue() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }

    #[test]
    fn each_flaw_is_told_by_its_rule() {
        let seed = encode_seed(20 << 3, &[7; KEY]);
        let broken = |from: &str, to: &str| decode_seed(&seed.replacen(from, to, 1)).unwrap_err();

        assert_eq!(decode_seed("SU").unwrap_err(), LENGTH);
        assert_eq!(decode_seed("").unwrap_err(), LENGTH);
        assert_eq!(broken("SU", "su"), "it is not base32");
        assert_eq!(broken("SU", "SA"), "its checksum is wrong");
        assert_eq!(decode_seed(&"é".repeat(29)).unwrap_err(), "it is not base32");
    }

    #[test]
    fn what_is_no_seed_but_well_formed_is_told() {
        let mut raw = [0; 36];
        fill(&mut raw, &[0, 0], &[7; KEY]);

        assert_eq!(
            decode_seed(&BASE32_NOPAD.encode(&raw)).unwrap_err(),
            "it does not begin with S"
        );
    }
}
