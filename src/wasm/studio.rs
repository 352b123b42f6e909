//! Authoring in the page.
