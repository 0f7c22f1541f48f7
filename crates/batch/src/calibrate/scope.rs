//! One calibration: of all pools together, or of one.

use super::at_key;
use crate::codes::{A101, A121, T108};
use crate::error::{Failure, error, place, too_large_help};
use crate::input::opinions::{Opinion, Status};
use crate::input::tables::Lined;
use dianzhi_calibrate::{Adjustment, CalibrateError, Calibrated, History, calibrate};
use dianzhi_core::Text;
use dianzhi_policy::{Calibration, names_help};

/// The figures of one calibration.
#[derive(Clone, Debug)]
pub struct CalibratedScope {
    /// The pool; `None` where all are together.
    pub pool: Option<String>,
    /// What it was made from.
    pub history: History,
    /// What it gives.
    pub calibrated: Calibrated,
    /// For every row of the adjustments table its position among those carried out.
    pub(crate) carried_out: Vec<Option<usize>>,
}

impl CalibratedScope {
    pub(super) fn of(
        calibration: &Calibration,
        pool: Option<String>,
        history: History,
        opinions: Option<&Lined<Opinion>>,
    ) -> Result<CalibratedScope, Failure> {
        let (adjustments, rows) = match opinions {
            Some(opinions) => adjustments(calibration, pool.as_deref(), &history, opinions)?,
            None => (Vec::new(), Vec::new()),
        };
        let calibrated = calibrate(&history, &calibration.plan, &adjustments)
            .map_err(|why| refused(calibration, &why, &rows, opinions))?;
        let mut carried_out = vec![None; opinions.map_or(0, |opinions| opinions.values.len())];
        for (at, row) in rows.iter().enumerate() {
            carried_out[*row] = Some(at);
        }
        Ok(CalibratedScope {
            pool,
            history,
            calibrated,
            carried_out,
        })
    }
}

impl Opinion {
    /// Whether it is of a pool that is calibrated by itself, or of all together.
    pub(super) fn is_of(&self, pool: Option<&str>) -> bool {
        pool.is_none_or(|pool| self.pool == pool)
    }
}

/// Holds the pools of opinions against those that are calibrated: apart each must name one, together none
/// may.
pub(super) fn check_pools(
    calibration: &Calibration,
    pools: &[Option<&str>],
    opinions: &Lined<Opinion>,
) -> Result<(), Failure> {
    let apart: Vec<&str> = pools.iter().copied().flatten().collect();
    let mut mistakes = Vec::new();
    for (opinion, line) in opinions.values.iter().zip(&opinions.lines) {
        let pool = opinion.pool.as_str();
        let is_right = match calibration.pools_apart {
            true => apart.contains(&pool),
            false => pool.is_empty(),
        };
        if is_right {
            continue;
        }
        let (text, help) = match calibration.pools_apart {
            true => (
                Text::new(
                    format!("pool 为“{pool}”，应为分开测算的资金池之一：各池的权重不同，意见要写明是哪一池"),
                    format!("pool is \"{pool}\"; it must be one of the pools calibrated apart, whose weights differ"),
                ),
                names_help(pool, apart.iter().copied()),
            ),
            false => (
                Text::new(
                    format!("pool 为“{pool}”，而各池一起测算"),
                    format!("pool is \"{pool}\", and all pools are calibrated together"),
                ),
                Text::new(
                    "此列留空，或写 calibration.funds = \"apart\"",
                    "leave the column empty, or write calibration.funds = \"apart\"",
                ),
            ),
        };
        let file = calibration.adjustments.as_deref().unwrap_or_default();
        mistakes.push(error(T108, text, help).at(place(file, *line)));
    }
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(mistakes.into()),
    }
}

/// The opinions of a pool that were adopted, by round and within it by row, and the row of each.
fn adjustments(
    calibration: &Calibration,
    pool: Option<&str>,
    history: &History,
    opinions: &Lined<Opinion>,
) -> Result<(Vec<Adjustment>, Vec<usize>), Failure> {
    let mut rows: Vec<usize> = (0..opinions.values.len()).collect();
    rows.retain(|&row| opinions.values[row].is_of(pool));
    rows.sort_by_key(|&row| opinions.values[row].round);
    let mut found = Vec::new();
    let mut mistakes = Vec::new();
    // Those that were not adopted must name a group too, or nobody knows what was refused.
    for &row in &rows {
        let opinion = &opinions.values[row];
        let group = history.groups.iter().position(|group| group.code == opinion.group_code);
        match group {
            Some(group) => found.push(Adjustment {
                group,
                change: opinion.change,
            }),
            None => {
                let code = &opinion.group_code;
                let text = Text::new(
                    format!("group_code 为“{code}”：历史与各年病组表中都没有"),
                    format!("group_code is \"{code}\": neither the history nor any year's groups table has it"),
                );
                let help = names_help(code, history.groups.iter().map(|group| group.code.as_str()));
                let file = calibration.adjustments.as_deref().unwrap_or_default();
                mistakes.push(error(T108, text, help).at(place(file, opinions.lines[row])));
            }
        }
    }
    if !mistakes.is_empty() {
        mistakes.sort_by_key(|mistake| mistake.place.as_ref().map(|place| place.line));
        return Err(mistakes.into());
    }
    let both = rows.into_iter().zip(found);
    let adopted = both.filter(|(row, _)| opinions.values[*row].status == Status::Adopted);
    let (rows, found) = adopted.unzip();
    Ok((found, rows))
}

/// Why no weights come out, in words.
pub(super) fn refused(
    calibration: &Calibration,
    why: &CalibrateError,
    rows: &[usize],
    opinions: Option<&Lined<Opinion>>,
) -> Failure {
    let at_key = |key: &str, text: Text, help: Text| at_key(calibration, key, error(A121, text, help));
    let mistake = match why {
        CalibrateError::NoCases => at_key(
            "trimming",
            Text::new(
                "历史中没有一个有病组且未被裁剪的病例",
                "no case of the history has a group and is kept",
            ),
            Text::new(
                "检查各年的 group_code 列、各路由的付费方式和 [trimming]",
                "check the column group_code of each year, the methods of its routes, and [trimming]",
            ),
        ),
        CalibrateError::NoReference(code) => at_key(
            "weights.reference",
            Text::new(
                format!("基准病种 {code} 不在历史中"),
                format!("the reference group {code} is not in the history"),
            ),
            Text::new("写各年病组表中有的编码", "name a code that the groups tables have"),
        ),
        CalibrateError::EmptyReference(code) => at_key(
            "weights.reference",
            Text::new(
                format!("基准病种 {code} 没有病例可计，无从相比"),
                format!("the reference group {code} has no case that counts; there is nothing to compare with"),
            ),
            Text::new("换一个病例多的基准病种", "take a reference group with many cases"),
        ),
        CalibrateError::NothingToAdjust(at) => {
            let row = rows.get(*at).copied().unwrap_or_default();
            let code = opinions.map_or("", |opinions| opinions.values[row].group_code.as_str());
            let file = calibration.adjustments.as_deref().unwrap_or_default();
            let line = opinions.map_or(1, |opinions| opinions.lines[row]);
            let text = Text::new(
                format!("病组 {code} 没有权重，不能乘以系数"),
                format!("group {code} has no weight that a factor could multiply"),
            );
            let help = Text::new(
                "写 change = weight 直接定值，或不采纳该意见",
                "set its weight by change = weight, or do not adopt the opinion",
            );
            error(A121, text, help).at(place(file, line))
        }
        CalibrateError::NothingToRescale => at_key(
            "adjustments.rescale",
            Text::new(
                "调整前或调整后全部病例的权重合计为 0，不能还原总权重",
                "before the adjustments or behind them the weights of all cases add up to 0: there is nothing to scale back to, or by",
            ),
            Text::new(
                "核对调整表的定值和有权重的病组，或写 rescale = false",
                "check the weights that the table sets and which groups have one, or write rescale = false",
            ),
        ),
        CalibrateError::TooLarge(of) => error(
            A101,
            Text::new(
                format!("{of} 的测算结果超过 18 位"),
                format!("a figure of {of} has more than 18 digits"),
            ),
            too_large_help(),
        ),
    };
    mistake.into()
}
