//! Walks the tables of compiled regular expressions.
