//! The region and its insurance year.

use super::Lint;
use crate::codes::{W304, W305};
use dianzhi_core::Text;

pub(super) fn look(lint: &mut Lint<'_>) {
    let region = lint.region;
    let Some(first) = region.periods.first() else { return };
    let code = &region.code;
    let is_code = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) && code != "000000";
    if !is_code {
        lint.at(
            first,
            "region.code",
            W304,
            Text::new(
                format!("region.code 为 {code}，不是任何统筹区的 6 位代码"),
                format!("region.code is {code}, which is no region's code of six digits"),
            ),
            Text::new(
                "写本统筹区的 6 位行政区划代码（GB/T 2260）",
                "write the region's code of six digits (GB/T 2260)",
            ),
        );
    }
    let (start, end) = (region.year_start, region.year_end);
    let whole = end
        .tomorrow()
        .is_ok_and(|next| (next.year() - start.year(), next.month(), next.day()) == (1, start.month(), start.day()));
    if !whole {
        lint.between(
            first,
            ["region.year_end", "region.year_start"],
            W305,
            Text::new(
                format!("保险年度 {start} 至 {end} 不是一整年"),
                format!("the insurance year {start} to {end} is not one year"),
            ),
            Text::new(
                "核对首末日；只结算一部分时，预算和预付也须相应减少",
                "check both days; for a part of a year, budgets and prepayments must be cut to it as well",
            ),
        );
    }
}
