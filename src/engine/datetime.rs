//! RFC 3339 date-times as epoch milliseconds.
