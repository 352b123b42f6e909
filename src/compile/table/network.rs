//! CIDR networks to sorted address ranges.

use crate::engine::cidr::{Network, V4_BITS, V6_BITS, mask};
use std::net::IpAddr;

/// Compiles networks (`10.0.0.0/8`, `2001:db8::/32`) and single addresses to the table of
/// [`Networks`](crate::engine::address::Networks).
///
/// IPv4-mapped IPv6 networks become the IPv4 ones; overlaps are merged. An error names the entry by its index.
pub(crate) fn compile_networks(networks: &[&str]) -> Result<Vec<u8>, (usize, String)> {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for (index, text) in networks.iter().enumerate() {
        let network = Network::parse(text).map_err(|message| (index, message))?;
        if network.bits == V4_BITS { &mut v4 } else { &mut v6 }.push(network.range());
    }
    let (v4, v6) = (merge(v4), merge(v6));
    let count = u32::try_from(v4.len()).map_err(|_| (0, String::from("there are too many networks")))?;
    let mut table = count.to_le_bytes().to_vec();
    for (ranges, width) in [(v4, 4), (v6, 16)] {
        for address in ranges.into_iter().flat_map(<[u128; 2]>::from) {
            table.extend(address.to_be_bytes().iter().skip(16 - width));
        }
    }
    Ok(table)
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let (address_text, prefix_text) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address_text.parse().map_err(|_| {
            format!(
                "`{text}` is not a network: expected an IP address or one with a prefix, such as `10.0.0.0/8`"
            )
        })?;
        let (address, bits) = match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), V4_BITS),
            IpAddr::V6(v6) => (v6.to_bits(), V6_BITS),
        };
        let prefix = match prefix_text {
            None => bits,
            Some(digits) => {
                let decimal = digits.bytes().all(|byte| byte.is_ascii_digit())
                    && (digits == "0" || !digits.starts_with('0'));
                let prefix = digits.parse().ok().filter(|&prefix| decimal && prefix <= bits);
                prefix.ok_or_else(|| format!("`/{digits}` is not a prefix length: expected 0 to {bits}"))?
            }
        };
        let network = Self {
            address: address & !mask(bits - prefix),
            bits,
            prefix,
        };
        if network.address != address {
            return Err(format!(
                "`{text}` has bits set behind its prefix: did you mean `{network}`?"
            ));
        }
        Ok(network.unmapped())
    }

    /// An IPv4-mapped network as the IPv4 network, because a mapped address is looked up as IPv4.
    fn unmapped(self) -> Self {
        let mapped = self.bits == V6_BITS && self.prefix >= 96 && self.address >> 32 == 0xFFFF;
        if !mapped {
            return self;
        }
        Self {
            address: self.address & mask(32),
            bits: V4_BITS,
            prefix: self.prefix - 96,
        }
    }

    fn range(&self) -> (u128, u128) {
        (self.address, self.address | mask(self.bits - self.prefix))
    }
}

/// Sorts ranges and joins those that overlap or follow each other without a hole.
fn merge(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let touches = kept.1.checked_add(1).is_none_or(|after| next.0 <= after);
        if touches {
            kept.1 = kept.1.max(next.1);
        }
        touches
    });
    ranges
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::address::Networks;
    use crate::engine::cidr::list_networks;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn holds(networks: &[&str], address: &str) -> bool {
        let table = compile_networks(networks).unwrap();
        let networks = Networks::read(&table).unwrap();
        assert!(networks.check());
        networks.contains(address.as_bytes())
    }

    fn listed(networks: &[&str]) -> Vec<String> {
        let table = compile_networks(networks).unwrap();
        list_networks(&Networks::read(&table).unwrap())
    }

    #[test]
    fn networks_hold_their_first_and_last_address() {
        for (network, inside, outside) in [
            (
                "10.0.0.0/8",
                ["10.0.0.0", "10.255.255.255"],
                ["9.255.255.255", "11.0.0.0"],
            ),
            (
                "192.168.4.0/22",
                ["192.168.4.0", "192.168.7.255"],
                ["192.168.3.255", "192.168.8.0"],
            ),
            (
                "192.0.2.7",
                ["192.0.2.7", "::ffff:192.0.2.7"],
                ["192.0.2.6", "::192.0.2.7"],
            ),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::", "ffff::"]),
            (
                "2001:db8::/32",
                ["2001:db8::", "2001:DB8:ffff::ffff"],
                ["2001:db7:ffff::", "2001:db9::"],
            ),
            ("::1", ["::1", "0:0:0:0:0:0:0:1"], ["::", "0.0.0.1"]),
            (
                "::/0",
                ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
                ["1.2.3.4", "::ffff:1.2.3.4"],
            ),
            (
                "::ffff:10.0.0.0/104",
                ["10.1.2.3", "::ffff:a01:203"],
                ["11.0.0.0", "::a01:203"],
            ),
        ] {
            assert!(
                inside.iter().all(|address| holds(&[network], address)),
                "{network}"
            );
            assert!(
                !outside.iter().any(|address| holds(&[network], address)),
                "{network}"
            );
        }
        assert!(!holds(&["0.0.0.0/0", "::/0"], "10.0.0.0/8") && !holds(&["0.0.0.0/0", "::/0"], ""));
    }

    #[test]
    fn overlaps_and_neighbours_are_merged() {
        assert_eq!(
            listed(&["10.1.0.0/16", "10.0.0.0/8", "10.0.0.0/8"]),
            ["10.0.0.0/8"]
        );
        assert_eq!(
            listed(&["10.128.0.0/9", "10.0.0.0/9", "::/1", "8000::/1"]),
            ["10.0.0.0/8", "::/0"]
        );
        assert_eq!(listed(&["0.0.0.0/1", "128.0.0.0/1"]), ["0.0.0.0/0"]);
        assert_eq!(
            listed(&["192.0.2.2", "192.0.2.1", "192.0.2.3"]),
            ["192.0.2.1/32", "192.0.2.2/31"]
        );
        assert_eq!(
            listed(&["255.255.255.255", "ffff::"]),
            ["255.255.255.255/32", "ffff::/128"]
        );
        assert_eq!(listed(&["::ffff:10.0.0.0/104"]), ["10.0.0.0/8"]);
        assert!(listed(&[]).is_empty());
    }

    #[test]
    fn refusals_say_what_was_meant() {
        let refusal = |text| compile_networks(&["10.0.0.0/8", text]).unwrap_err();
        assert_eq!(
            refusal("10.1.2.3/8"),
            (
                1,
                "`10.1.2.3/8` has bits set behind its prefix: did you mean `10.0.0.0/8`?".into()
            )
        );
        assert_eq!(
            refusal("2001:db8::1/32").1,
            "`2001:db8::1/32` has bits set behind its prefix: did you mean `2001:db8::/32`?"
        );
        assert_eq!(
            refusal("10.0.0.0/33").1,
            "`/33` is not a prefix length: expected 0 to 32"
        );
        for text in [
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/8/8",
            "::/129",
            "::/-1",
            "::/99999999999",
        ] {
            assert!(refusal(text).1.contains("is not a prefix length"), "{text}");
        }
        for text in [
            "",
            "10.0.0",
            "10.0.0.0 /8",
            "fe80::1%eth0",
            "localhost",
            "10.0.0.*",
            "/8",
            "010.0.0.0/8",
        ] {
            assert!(refusal(text).1.contains("is not a network"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn tables_agree_with_masks(
            networks in proptest::collection::vec((any::<u32>(), 0_u32..=32), 1..8),
            v6 in proptest::collection::vec((any::<u128>(), 1_u32..=128), 0..8),
            probe in any::<u32>(),
            near in any::<prop::sample::Index>(),
        ) {
            let v4: Vec<(u32, u32)> =
                networks.iter().map(|&(address, prefix)| (address & u32::MAX.checked_shl(32 - prefix).unwrap_or(0), prefix)).collect();
            let v6 = v6.iter().map(|&(address, prefix)| Network { address: address & !mask(128 - prefix), bits: 128, prefix });
            let texts: Vec<String> = v4.iter().map(|&(address, prefix)| format!("{}/{prefix}", Ipv4Addr::from(address)))
                .chain(v6.map(|network| network.to_string())).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let edge = near.get(&v4).0;
            for address in [probe, edge, edge.wrapping_sub(1)] {
                let expected = v4.iter().any(|&(network, prefix)| (address ^ network).checked_shr(32 - prefix).unwrap_or(0) == 0);
                prop_assert_eq!(holds(&texts, &Ipv4Addr::from(address).to_string()), expected);
            }
            let again = listed(&texts);
            let again: Vec<&str> = again.iter().map(String::as_str).collect();
            prop_assert_eq!(compile_networks(&again), compile_networks(&texts));
        }
    }
}
