//! Assumptions about behaviour: what they change, and what stays.
//!
//! Seen to fail: see each test.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod bytes;
#[path = "../common/mod.rs"]
mod common;
mod kinds;
mod mistakes;
mod scene;
mod sensitivity;
