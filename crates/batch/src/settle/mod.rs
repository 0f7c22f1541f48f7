//! Settling the claims that were read: points, point values, payments, clearing.

pub(crate) mod adjust;
pub(crate) mod alliance;
pub(crate) mod apart;
pub(crate) mod capitation;
pub(crate) mod cells;
pub(crate) mod due;
mod extra_fen;
pub(crate) mod funds;
pub(crate) mod price;
pub(crate) mod procurement;
pub(crate) mod routes;
