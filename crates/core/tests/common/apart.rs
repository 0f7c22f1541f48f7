//! Items paid apart put into a drawn year, from draws of their own.

use super::{Draw, Row, Year};
use dianzhi_core::{Apart, ApartFrom, ApartId, CompiledPolicy, Fen, Payer, PoolId, Rest, Silent};

/// Sets these draws off from all others of the same seed.
pub(super) const APART: u64 = 0xa9a7;

impl Year {
    /// What is left of a claim for its method, and its items.
    pub(crate) fn rest(&self, policy: &CompiledPolicy, row: &Row) -> Rest {
        let amounts: Vec<Fen> = row.way.apart.iter().map(|&(_, _, fen)| Fen(fen)).collect();
        let (cost, billed) = (Fen(row.medical_cost), Fen(row.fund_billed));
        let rest = policy.take_apart(&payer(row), cost, billed, &amounts, &mut Silent);
        rest.expect("the drawn items are less than the cost")
    }
}

/// Whoever pays a drawn claim, as far as its items go.
pub(crate) fn payer(row: &Row) -> Payer {
    let pool = |at: usize| PoolId(u16::try_from(at).expect("few pools"));
    let from = |&(apart, of, _): &(usize, usize, i64)| ApartFrom {
        apart: ApartId(u16::try_from(apart).expect("few items")),
        pool: pool(of),
    };
    Payer {
        route: None,
        insutype: String::new(),
        pool: pool(row.pool),
        method: dianzhi_core::MethodId::BY_GROUP,
        apart: row.way.apart.iter().map(from).collect(),
    }
}

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    let ids = ["implants", "drugs", "tests"];
    let apart = |id: &&str| Apart {
        id: (*id).to_owned(),
        column: format!("{id}_amt"),
        share: draw.share(),
        pools: Vec::new(),
    };
    year.policy.apart = ids.iter().map(apart).collect();
    let items = ids.iter().map(|id| (*id).to_owned()).collect();
    // Drawn claims name their method and pool themselves; a route has to name the items.
    year.policy.routes = vec![dianzhi_core::Route {
        id: "all".to_owned(),
        pools: year.policy.pools.iter().map(|pool| pool.id.clone()).collect(),
        method: dianzhi_core::BY_GROUP.to_owned(),
        when: Vec::new(),
        apart: items,
    }];
    let pools = year.policy.pools.len();
    for row in &mut year.claims {
        if draw.chance(50) {
            continue;
        }
        let mut left = row.medical_cost - 1;
        for apart in 0..ids.len() {
            let fen = match draw.number(0, 5) {
                0 => 0,
                1 => draw.number(0, left),
                2 => left.min(1),
                3 => left,
                _ => draw.number(0, left / 3),
            };
            let pool = if draw.chance(50) {
                row.pool
            } else {
                draw.count(0, pools - 1)
            };
            row.way.apart.push((apart, pool, fen));
            left -= fen;
        }
    }
    year
}
