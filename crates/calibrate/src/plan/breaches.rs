//! What in a plan is out of range.

use super::{CmiPlan, CoefficientPlan, Forecast, Plan, TrimMethod, WeightMethod, YEAR_WEIGHT_MAX, YEARS_MAX};
use dianzhi_core::{Breach, BreachKind, Decimal, PLACES_MAX, Remedy, Text};

impl Plan {
    /// Everything in this plan that is out of range, by the keys of the calibration file and in its
    /// order; empty for a plan that can be carried out.
    #[must_use]
    pub fn breaches(&self) -> Vec<Breach> {
        let mut found = Breaches(Vec::new());
        if self.years.is_empty() || self.years.len() > YEARS_MAX {
            let count = self.years.len();
            found.range("year", count, "有 1 至 3 个", "one to three sections");
        }
        for (i, &weight) in self.years.iter().enumerate() {
            if weight == 0 || weight > YEAR_WEIGHT_MAX {
                found.range(
                    &format!("year[{i}].weight"),
                    weight,
                    "在 1 到 1000 之间",
                    "between 1 and 1000",
                );
            }
        }
        found.trimming(self.trimming.method);
        found.above_zero("stability.cv_max", self.stability.cv_max);
        let weights = &self.weights;
        match &weights.method {
            WeightMethod::Quota(quota) => found.above_zero("weights.quota", *quota),
            WeightMethod::Reference(code) if code.is_empty() => {
                found.range("weights.reference", "\"\"", "为病组编码", "a group's code");
            }
            WeightMethod::Cost | WeightMethod::Reference(_) => {}
        }
        found.above_zero("weights.scale", weights.scale);
        found.places("weights.decimals", weights.decimals);
        if let Some(plan) = &self.coefficients {
            found.coefficients(plan);
        }
        if let Some(places) = self.per_diem {
            found.places("per_diem.decimals", places);
        }
        for (i, forecast) in self.forecasts.iter().enumerate() {
            found.forecast(&format!("forecast[{i}]"), forecast);
        }
        found.0
    }
}

pub(crate) struct Breaches(pub(crate) Vec<Breach>);

impl Breaches {
    pub(crate) fn range(&mut self, key: &str, found: impl std::fmt::Display, zh: &str, en: &str) {
        self.0.push(Breach {
            kind: BreachKind::OutOfRange,
            key: key.to_owned(),
            other: None,
            text: Text::new(
                format!("{key} 为 {found}，应{zh}"),
                format!("{key} is {found}; it must be {en}"),
            ),
            remedy: Remedy::Usual,
        });
    }

    fn above_zero(&mut self, key: &str, value: Decimal) {
        if value <= Decimal::ZERO {
            self.range(key, value, "大于 0", "above 0");
        }
    }

    fn places(&mut self, key: &str, places: u32) {
        if places > PLACES_MAX {
            self.range(key, places, "在 0 到 12 之间", "between 0 and 12");
        }
    }

    fn at_most_places(&mut self, key: &str, value: Decimal, places: u32) {
        if value.normalize().scale() > places {
            let (zh, en) = (
                format!("至多 {places} 位小数"),
                format!("written with at most {places} decimals"),
            );
            self.range(key, value, &zh, &en);
        }
    }

    fn order(&mut self, [low, high]: [&str; 2], values: [Decimal; 2]) {
        let [least, most] = values;
        if least >= most {
            let (zh, en) = (format!("大于 {low}（{least}）"), format!("above {low}, {least}"));
            self.range(high, most, &zh, &en);
        }
    }

    fn trimming(&mut self, method: TrimMethod) {
        match method {
            TrimMethod::None => {}
            TrimMethod::Iqr(times) | TrimMethod::LogSd(times) => self.above_zero("trimming.times", times),
            TrimMethod::Percentiles(low, high) => {
                for (key, share) in [("trimming.low", low), ("trimming.high", high)] {
                    if share < Decimal::ZERO || share > Decimal::ONE {
                        self.range(
                            key,
                            share,
                            "在 0 到 1 之间（2.5% 写作 0.025）",
                            "between 0 and 1; 2.5 % is 0.025",
                        );
                    }
                }
                self.order(["trimming.low", "trimming.high"], [low, high]);
            }
            TrimMethod::Multiples(low, high) => {
                if low < Decimal::ZERO {
                    self.range("trimming.low", low, "不小于 0", "0 or more");
                }
                self.order(["trimming.low", "trimming.high"], [low, high]);
            }
        }
    }

    fn coefficients(&mut self, plan: &CoefficientPlan) {
        self.above_zero("coefficients.low", plan.low);
        if plan.low > plan.high {
            let (zh, en) = (
                format!("不小于 low（{}）", plan.low),
                format!("low, {}, or more", plan.low),
            );
            self.range("coefficients.high", plan.high, &zh, &en);
        }
        self.places("coefficients.decimals", plan.decimals);
        for (key, bound) in [("coefficients.low", plan.low), ("coefficients.high", plan.high)] {
            // A bound of more decimals would be rounded itself, out of the range or to 0.
            self.at_most_places(key, bound, plan.decimals);
        }
        if let Some(cmi) = &plan.cmi {
            self.cmi(cmi);
        }
    }

    fn cmi(&mut self, plan: &CmiPlan) {
        let path = "coefficients.cmi.steps";
        if plan.steps.is_empty() {
            self.range(path, "[]", "至少有一档", "one step or more");
        }
        for (i, step) in plan.steps.iter().enumerate() {
            let from = format!("{path}[{i}].from");
            match i.checked_sub(1).map(|before| (before, plan.steps[before].from)) {
                None if step.from < Decimal::ZERO => self.range(&from, step.from, "不小于 0", "0 or more"),
                None => {}
                Some((before, least)) => {
                    self.order([&format!("{path}[{before}].from"), &from], [least, step.from]);
                }
            }
            if step.bonus <= Decimal::NEGATIVE_ONE {
                self.range(&format!("{path}[{i}].bonus"), step.bonus, "大于 -1", "above -1");
            }
        }
    }

    fn forecast(&mut self, path: &str, forecast: &Forecast) {
        let key = |name: &str| format!("{path}.{name}");
        if forecast.budget < Decimal::ZERO {
            self.range(&key("budget"), forecast.budget, "不小于 0", "0 or more");
        }
        self.at_most_places(&key("budget"), forecast.budget, 2);
        if forecast.reserve < Decimal::ZERO || forecast.reserve > Decimal::ONE {
            self.range(&key("reserve"), forecast.reserve, "在 0 到 1 之间", "between 0 and 1");
        }
        if forecast.ratio <= Decimal::ZERO || forecast.ratio > Decimal::ONE {
            self.range(&key("ratio"), forecast.ratio, "大于 0，至多 1", "above 0, at most 1");
        }
        let names = ["growth_low", "growth", "growth_high"];
        for (name, growth) in names.iter().zip(forecast.growth) {
            if growth <= Decimal::NEGATIVE_ONE {
                self.range(&key(name), growth, "大于 -1", "above -1");
            }
        }
        for pair in [0, 1] {
            let [less, more] = [forecast.growth[pair], forecast.growth[pair + 1]];
            if less > more {
                let (zh, en) = (
                    format!("不小于 {}（{less}）", names[pair]),
                    format!("{}, {less}, or more", names[pair]),
                );
                self.range(&key(names[pair + 1]), more, &zh, &en);
            }
        }
        self.places(&key("decimals"), forecast.decimals);
    }
}
