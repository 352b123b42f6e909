//! IP addresses, and whether they lie in compiled networks.
