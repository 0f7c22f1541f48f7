//! A small evaluator of the expressions that steps print: exact fractions, recursive descent.
//! The tests of `explain` in the batch crate use it too.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

type Q = BigRational;

/// `sum = product { ("+" | "−") product }`, `product = factor { ("×" | "÷") factor }`,
/// `factor = number | "(" sum ")" | ("min" | "max") "(" sum ", " sum ")"`. A negative number is
/// written with an ASCII `-`.
pub(crate) struct Parser<'a> {
    left: &'a str,
    /// Every number met, as it is written.
    numbers: Vec<&'a str>,
}

pub(crate) type Parsed = Result<Q, String>;

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str) -> Parser<'a> {
        Parser {
            left: text,
            numbers: Vec::new(),
        }
    }

    /// Takes this text, if it comes next, with the blanks before it.
    fn take(&mut self, text: &str) -> bool {
        let rest = self.left.trim_start_matches(' ').strip_prefix(text);
        rest.map(|rest| self.left = rest).is_some()
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.take(text) {
            return Ok(());
        }
        Err(format!("{text} expected before {:?}", self.left))
    }

    fn sum(&mut self) -> Parsed {
        let mut value = self.product()?;
        loop {
            if self.take("+") {
                value += self.product()?;
            } else if self.take("−") {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Parsed {
        let mut value = self.factor()?;
        loop {
            if self.take("×") {
                value *= self.factor()?;
            } else if self.take("÷") {
                let divisor = self.factor()?;
                if divisor.is_zero() {
                    return Err("a division by zero".to_owned());
                }
                value /= divisor;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self) -> Parsed {
        for (name, least) in [("min(", true), ("max(", false)] {
            if self.take(name) {
                let a = self.sum()?;
                self.expect(",")?;
                let b = self.sum()?;
                self.expect(")")?;
                return Ok(if least { a.min(b) } else { a.max(b) });
            }
        }
        if self.take("(") {
            let value = self.sum()?;
            self.expect(")")?;
            return Ok(value);
        }
        self.number()
    }

    fn number(&mut self) -> Parsed {
        self.left = self.left.trim_start_matches(' ');
        let digits = self.left.strip_prefix('-').unwrap_or(self.left);
        let sign = self.left.len() - digits.len();
        let end = digits
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(digits.len());
        let (number, rest) = self.left.split_at(sign + end);
        self.left = rest;
        self.numbers.push(number);
        decimal(number)
    }

    pub(crate) fn whole(mut self) -> Result<(Q, Vec<&'a str>), String> {
        let value = self.sum()?;
        if self.left.is_empty() {
            return Ok((value, self.numbers));
        }
        Err(format!("{:?} is left over", self.left))
    }
}

pub(crate) fn decimal(text: &str) -> Parsed {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{places}")
        .parse()
        .map_err(|_| format!("{text:?} is no number"))?;
    let places = u32::try_from(places.len()).map_err(|e| e.to_string())?;
    Ok(Q::new(digits, BigInt::from(10).pow(places)))
}
