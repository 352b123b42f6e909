//! CIDR networks to sorted address ranges.
