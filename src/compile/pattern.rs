//! Regular expressions to the tables that the engine walks.
