//! Why a pool has no point value.

use crate::{FenSum, Fixed, Text, TooLarge};

/// Why a pool has no point value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// A figure does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// What is paid in money passes what there is to distribute, and cases paid by points get nothing.
    #[error(
        "pool {pool}: what is paid in money comes to {paid}, more than the {distributable} there is to distribute; nothing is left for points"
    )]
    NothingForPoints {
        /// The pool's id.
        pool: String,
        /// D′, which is D without `[pool_clearing]`.
        distributable: FenSum,
        /// Σ due of the cases paid in money, and ΣA by head.
        paid: FenSum,
    },
    /// Penalties took more points than the cases of the pool have.
    #[error(
        "pool {pool}: its cases come to {points} points; penalties take more than the cases have, and there is no point value"
    )]
    PointsBelowZero {
        /// The pool's id.
        pool: String,
        /// P.
        points: Fixed,
    },
    /// A pool with points pays by the point value of one without any.
    #[error("pool {pool} pays by the point value of {of}, which has no points and so no point value")]
    NothingToBorrow {
        /// The pool's id.
        pool: String,
        /// The id of the pool that it names.
        of: String,
    },
    /// κ, the fund's share of the pool's cost, is zero, so the budget cannot be divided by it.
    #[error("pool {pool}: the fund was billed nothing, so its share of the cost is 0 and there is no point value")]
    NoFundShare {
        /// The pool's id.
        pool: String,
    },
}

impl PoolError {
    /// The message in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            PoolError::TooLarge(too_large) => too_large.text(),
            PoolError::NothingForPoints {
                pool,
                distributable,
                paid,
            } => Text::new(
                format!("资金池 {pool} 按金额支付的合计 {paid} 超过可分配总额 {distributable}，点数没有可分的钱"),
                self.to_string(),
            ),
            PoolError::PointsBelowZero { pool, points } => Text::new(
                format!("资金池 {pool} 的点数合计为 {points}：扣点超过了病例的点数，无法计算点值"),
                self.to_string(),
            ),
            PoolError::NothingToBorrow { pool, of } => Text::new(
                format!("资金池 {pool} 的点值取自 {of}，而 {of} 没有点数，也就没有点值"),
                self.to_string(),
            ),
            PoolError::NoFundShare { pool } => Text::new(
                format!("资金池 {pool} 的统筹基金支付合计为 0，基金占比为 0，无法计算点值"),
                self.to_string(),
            ),
        }
    }
}
