//! Claims: read in parallel, checked, searched for duplicates.

pub(crate) mod admit;
pub(crate) mod block;
mod builder;
pub(crate) mod checks;
pub(crate) mod codes_index;
pub(crate) mod duplicates;
pub(crate) mod feed;
mod funds;
pub(crate) mod grouped;
pub(crate) mod ids;
pub(crate) mod in_order;
pub(crate) mod layout;
pub(crate) mod locate;
pub(crate) mod notices;
pub(crate) mod read;
pub(crate) mod reading;
pub(crate) mod records;
pub(crate) mod reject;
mod roomy;
pub(crate) mod row;
mod scan;
mod stay;
mod usual;
pub(crate) mod values;
mod window;
