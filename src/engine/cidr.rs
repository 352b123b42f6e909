//! Networks as people write them.

use super::address::Networks;
use std::net::{Ipv4Addr, Ipv6Addr};

pub(crate) const V4_BITS: u32 = 32;
pub(crate) const V6_BITS: u32 = 128;

/// A block of addresses.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) address: u128,
    /// The length of an address of this family.
    pub(crate) bits: u32,
    pub(crate) prefix: u32,
}

/// The fewest networks, written as CIDR, that cover just what the table covers; IPv4 before IPv6.
pub(crate) fn list_networks(networks: &Networks<'_>) -> Vec<String> {
    let mut list = Vec::new();
    for (first, last) in networks.ranges() {
        let bits = if first.len() == 4 { V4_BITS } else { V6_BITS };
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0_u128, |number, &byte| number << 8 | u128::from(byte))
        };
        let (mut first, last) = (number(first), number(last));
        while first <= last {
            // The largest block that begins here and does not reach beyond the end.
            let aligned = if first == 0 { bits } else { first.trailing_zeros() };
            let host_bits = (0..=aligned.min(bits))
                .rev()
                .find(|&host| first | mask(host) <= last)
                .unwrap_or(0);
            list.push(
                Network {
                    address: first,
                    bits,
                    prefix: bits - host_bits,
                }
                .to_string(),
            );
            match (first | mask(host_bits)).checked_add(1) {
                Some(next) => first = next,
                None => break,
            }
        }
    }
    list
}

impl std::fmt::Display for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match u32::try_from(self.address) {
            Ok(v4) if self.bits == V4_BITS => write!(formatter, "{}/{}", Ipv4Addr::from(v4), self.prefix),
            _ => write!(formatter, "{}/{}", Ipv6Addr::from(self.address), self.prefix),
        }
    }
}

/// The lowest `bits` bits set.
pub(crate) fn mask(bits: u32) -> u128 {
    1_u128.checked_shl(bits).map_or(u128::MAX, |bit| bit - 1)
}
