//! One step of an explanation by itself: whether its expression gives its result, out of its own inputs.

use super::evaluator::{Parser, decimal};
use dianzhi_core::model::rounded;
use dianzhi_core::{Fixed, Rule, Step};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;

/// The numbers of an expression that stand in the rules and come from nowhere else.
const LITERALS: [&str; 5] = ["0", "1", "12", "100", "0.01"];

pub(crate) fn check(step: &Step) -> Result<(), String> {
    if matches!(
        step.rule,
        Rule::CaseClass | Rule::ExtremeCase | Rule::PriceExit | Rule::FundTier
    ) {
        return check_class(step);
    }
    let (value, numbers) = Parser::new(&step.expression).whole()?;
    known(step, &numbers)?;
    if let Some(digits) = step.result.strip_suffix('…') {
        // Leading digits: the exact figure goes on behind them.
        let over = value - decimal(digits)?;
        let unit = BigRational::new(1.into(), BigInt::from(10).pow(places(digits)));
        return require(!over.is_negative() && over < unit, || {
            format!("{digits} does not lead to it")
        });
    }
    let result = decimal(&step.result)?;
    let expected = match &step.rounding {
        None => value,
        Some(to) => {
            require(places(&step.result) == to.places, || {
                format!("not {} decimals", to.places)
            })?;
            rounded(&value, to.places, to.mode)
        }
    };
    require(result == expected, || format!("it computes to {expected}"))
}

/// `x ≥ low; x ≤ high`: every comparison holds, and the signs are those of the class, or of a case
/// that exits from its price or does not.
fn check_class(step: &Step) -> Result<(), String> {
    let mut signs = String::new();
    for comparison in step.expression.split("; ") {
        let sign = ["<", "≤", ">", "≥"].into_iter().find(|sign| comparison.contains(sign));
        let sign = sign.ok_or("no comparison")?;
        let (x, bound) = comparison.split_once(sign).ok_or("no comparison")?;
        let (x, mut numbers) = Parser::new(x.trim()).whole()?;
        let (bound, more) = Parser::new(bound.trim()).whole()?;
        numbers.extend(more);
        known(step, &numbers)?;
        let holds = match sign {
            "<" => x < bound,
            "≤" => x <= bound,
            ">" => x > bound,
            _ => x >= bound,
        };
        require(holds, || format!("{comparison} does not hold"))?;
        signs.push_str(if sign == "<" || sign == "≤" { "<" } else { ">" });
    }
    if step.rule == Rule::PriceExit {
        let in_range = step.expression.contains('≥') || step.expression.contains('≤');
        let said = if in_range {
            step.result == "stays"
        } else {
            step.result.starts_with("→ ")
        };
        return require(said, || format!("the signs {signs} of {}", step.result));
    }
    if step.rule == Rule::FundTier {
        let is_quiet = !step.expression.contains(['<', '>']);
        let mut tiers = step.inputs.iter().filter(|input| input.symbol == "tier");
        let said = match is_quiet {
            true => step.result == "none",
            false => tiers.any(|input| input.value == step.result),
        };
        return require(said, || format!("the signs {signs} of {}", step.result));
    }
    if step.rule == Rule::ExtremeCase {
        let said = if signs == ">" { "extreme" } else { "not extreme" };
        return require(step.result == said, || format!("the signs {signs} of {}", step.result));
    }
    let expected = match step.result.as_str() {
        "low" => "<",
        "high" => ">",
        "normal" => "><",
        other => return Err(format!("{other} is no class")),
    };
    require(signs == expected, || format!("the signs {signs} of a {}", step.result))
}

/// Every number of the expression is among the step's inputs. An input may be a formula itself.
fn known(step: &Step, numbers: &[&str]) -> Result<(), String> {
    let mut inputs = Vec::new();
    let words = ["true", "false", "kept", "carried", "normal", "base"];
    for input in step
        .inputs
        .iter()
        .filter(|input| input.symbol != "tier" && !words.contains(&input.value.as_str()))
    {
        let (_, numbers) = Parser::new(&input.value).whole()?;
        inputs.extend(numbers);
    }
    for number in numbers {
        let found = inputs.contains(number) || LITERALS.contains(number);
        require(found, || format!("{number} is not among the inputs"))?;
    }
    Ok(())
}

fn places(number: &str) -> u32 {
    let places = number.split_once('.').map_or(0, |(_, places)| places.len());
    u32::try_from(places).expect("a short number")
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// The step with a result one unit of its last place too high.
pub(crate) fn falsified(step: &Step) -> Step {
    let mut step = step.clone();
    let (digits, end) = match step.result.strip_suffix('…') {
        Some(digits) => (digits, "…"),
        None => (step.result.as_str(), ""),
    };
    step.result = match decimal(digits) {
        Ok(value) => {
            let places = places(digits);
            let units = (value * BigInt::from(10).pow(places)).to_integer() + 1u8;
            let units = i128::try_from(units).expect("a figure of the settlement");
            format!("{}{end}", Fixed { units, places })
        }
        Err(_) => if digits == "normal" { "low" } else { "normal" }.to_owned(),
    };
    step
}
