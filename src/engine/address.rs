//! IP addresses, and whether they lie in compiled networks.
//!
//! A table of networks is a little-endian `u32`, the number of IPv4 ranges; then those ranges, each the first
//! and the last address in network byte order (2 · 4 bytes); then the IPv6 ranges in the same way (2 · 16 bytes).
//! The ranges of one family rise and do not touch each other's addresses.

use crate::cut::cut;
use core::cmp::Ordering;

/// Compiled networks, borrowed from a snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Networks<'a> {
    v4: &'a [u8],
    v6: &'a [u8],
}

impl<'a> Networks<'a> {
    /// Takes apart the bytes of one table, in constant time; [`Networks::check`] looks inside.
    pub(crate) fn read(table: &'a [u8]) -> Option<Self> {
        let (&count, ranges) = table.split_first_chunk()?;
        let v4_bytes = usize::try_from(u32::from_le_bytes(count)).ok()?.checked_mul(8)?;
        let (v4, v6) = ranges.split_at_checked(v4_bytes)?;
        v6.len().is_multiple_of(32).then_some(Self { v4, v6 })
    }

    /// Whether the ranges are in order, which a search in them relies on.
    pub(crate) fn check(&self) -> bool {
        in_order(self.v4, 4) && in_order(self.v6, 16)
    }

    /// Whether the text is an IP address that lies in one of the networks.
    ///
    /// Addresses are written as RFC 4291 says, without a zone, and IPv4 as four decimal numbers without leading
    /// zeros. An IPv4-mapped IPv6 address counts as the IPv4 address.
    pub(crate) fn contains(&self, text: &[u8]) -> bool {
        if cut(text, b':').1.is_none() {
            return parse_v4(text).is_some_and(|address| lies_in(self.v4, &address));
        }
        parse_v6(text).is_some_and(|address| match address {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, v4 @ ..] => lies_in(self.v4, &v4),
            _ => lies_in(self.v6, &address),
        })
    }

    /// The first and last addresses of the ranges, IPv4 before IPv6.
    #[cfg(feature = "compile")]
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.v4
            .chunks_exact(8)
            .chain(self.v6.chunks_exact(32))
            .map(|range| range.split_at(range.len() / 2))
    }
}

fn in_order(ranges: &[u8], width: usize) -> bool {
    let mut previous: Option<&[u8]> = None;
    ranges.chunks_exact(2 * width).all(|range| {
        let Some((first, last)) = range.split_at_checked(width) else {
            return false;
        };
        let follows = previous.is_none_or(|previous| previous < first);
        previous = Some(last);
        follows && first <= last
    })
}

fn lies_in(ranges: &[u8], address: &[u8]) -> bool {
    let width = address.len();
    let (mut low, mut high) = (0, ranges.len() / (2 * width));
    while low < high {
        let middle = low + (high - low) / 2;
        let at = middle * 2 * width;
        let Some((first, last)) = ranges
            .get(at..at + 2 * width)
            .and_then(|range| range.split_at_checked(width))
        else {
            return false;
        };
        match (address.cmp(first), address.cmp(last)) {
            (Ordering::Less, _) => high = middle,
            (_, Ordering::Greater) => low = middle + 1,
            _ => return true,
        }
    }
    false
}

fn parse_v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut address = [0_u8; 4];
    let mut rest = Some(text);
    for octet in &mut address {
        let (digits, after) = cut(rest?, b'.');
        rest = after;
        if matches!(digits, [] | [b'0', _, ..]) {
            return None;
        }
        for &digit in digits {
            let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
            *octet = octet.checked_mul(10)?.checked_add(digit)?;
        }
    }
    rest.is_none().then_some(address)
}

fn parse_v6(text: &[u8]) -> Option<[u8; 16]> {
    // The groups as they come, and where among their bytes the `::` stands.
    let mut groups = [0; 16];
    let mut filled = 0;
    let mut gap = None;
    let mut rest = text;
    loop {
        if let [b':', b':', after @ ..] = rest {
            if gap.replace(filled).is_some() {
                return None;
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        } else if filled > 0 {
            let [b':', after @ ..] = rest else { return None };
            rest = after;
        }
        let end = rest.iter().position(|&byte| byte == b':').unwrap_or(rest.len());
        let (group, after) = rest.split_at_checked(end)?;
        if after.is_empty() && cut(group, b'.').1.is_some() {
            *groups.get_mut(filled..)?.first_chunk_mut()? = parse_v4(group)?;
            filled += 4;
        } else {
            *groups.get_mut(filled..)?.first_chunk_mut()? = parse_group(group)?.to_be_bytes();
            filled += 2;
        }
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let missing = 16 - filled;
    if (missing > 0) != gap.is_some() {
        return None;
    }
    let mut address = [0; 16];
    for (index, &byte) in groups.iter().enumerate().take(filled) {
        let moved = if gap.is_some_and(|gap| index >= gap) {
            missing
        } else {
            0
        };
        *address.get_mut(index + moved)? = byte;
    }
    Some(address)
}

/// One to four hexadecimal digits.
fn parse_group(digits: &[u8]) -> Option<u16> {
    if !(1..=4).contains(&digits.len()) {
        return None;
    }
    digits.iter().try_fold(0, |group, &digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            b'A'..=b'F' => digit - b'A' + 10,
            _ => return None,
        };
        Some(group << 4 | u16::from(value))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use proptest::prelude::*;

    fn parse(text: &str) -> Option<IpAddr> {
        match text.contains(':') {
            true => parse_v6(text.as_bytes()).map(IpAddr::from),
            false => parse_v4(text.as_bytes()).map(IpAddr::from),
        }
    }

    #[test]
    fn hostile_addresses_are_judged_as_core_does() {
        let texts = "0.0.0.0|255.255.255.255|256.0.0.1|1.2.3|1.2.3.4.5|01.2.3.4|1.2.3.04|00.0.0.0|1..2.3|.1.2.3|1.2.3.|\
            +1.2.3.4|1.2.3.4 | 1.2.3.4|0x1.2.3.4|1.2.3.-4|1.2.3.4/8|1.2.3.999999999999999999999|٣.2.3.4|::|::1|1::|:|:::|\
            ::1::|1:2:3:4:5:6:7:8|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9|1:2:3:4:5:6:7::|::2:3:4:5:6:7:8|1::3:4:5:6:7:8|\
            1:2:3:4::5:6:7:8|::1:2:3:4:5:6:7:8|1:2:3:4:5:6:7:8::|:1:2:3:4:5:6:7|1:2:3:4:5:6:7:|1:::2|12345::|::g|::FFFF:1.2.3.4|\
            ::ffff:102:304|::1.2.3.4|1.2.3.4::|::1.2.3.4:5|1:2:3:4:5:6:1.2.3.4|1:2:3:4:5:6:7:1.2.3.4|1:2:3:4:5:1.2.3.4|\
            ::1.2.3|::1.2.3.4.5|::01.2.3.4|1:2:3:4:5:6::1.2.3.4|1:2:3:4:5::1.2.3.4|fe80::1%eth0|[::1]|::1/128|::00001|::0001|\
            1::2::|-1::|1:2:3:4:5:6:7:8 ";
        for text in texts.split('|').chain(["", " ", "\0", "1.2.3.4\0"]) {
            assert_eq!(parse(text), text.parse().ok(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn addresses_are_read_as_core_reads_them(address in any::<[u16; 8]>(), zeros in any::<u8>(), v4 in any::<u32>()) {
            let mut groups = address;
            groups.iter_mut().enumerate().for_each(|(index, group)| *group *= u16::from(zeros >> index & 1));
            let v6 = Ipv6Addr::from(groups);
            for text in [v6.to_string(), Ipv4Addr::from(v4).to_string(),
                Ipv4Addr::from(v4).to_ipv6_mapped().to_string(), Ipv4Addr::from(v4).to_ipv6_compatible().to_string()] {
                prop_assert_eq!(parse(&text), text.parse().ok(), "{}", text);
            }
        }

        #[test]
        fn near_addresses_are_judged_as_core_does(text in "([0-9a-fG]{0,5}|[0-9]{1,3}\\.){0,4}(:{0,3}([0-9A-F]{1,4}|0|1\\.2\\.3\\.[0-9]{1,3})){0,9}:{0,2}") {
            prop_assert_eq!(parse(&text), text.parse().ok(), "{}", text);
        }

        #[test]
        fn arbitrary_bytes_never_panic(
            mut table in proptest::collection::vec(any::<u8>(), 0..200),
            count in 0_u8..10,
            text in proptest::collection::vec(prop_oneof![Just(b':'), Just(b'.'), Just(b'1'), any::<u8>()], 0..45),
        ) {
            if let Some(first) = table.first_chunk_mut() {
                *first = [count, 0, 0, 0];
            }
            if let Some(networks) = Networks::read(&table) {
                networks.check();
                networks.contains(&text);
                networks.contains(b"1.2.3.4");
                networks.contains(b"1::4");
            }
        }
    }
}
