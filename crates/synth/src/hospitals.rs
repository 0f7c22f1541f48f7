//! Hospitals: three levels, each with its coefficient, its size and how dear it works.

use crate::random::Random;
use dianzhi_core::Fixed;
use std::collections::BTreeSet;
use std::io::Write;

/// Number of hospital levels.
pub(crate) const LEVELS: usize = 3;
/// Fewest and most hospitals.
const HOSPITALS: (u64, u64) = (15, 300);
/// One hospital more for so many claims.
const CLAIMS_PER_HOSPITAL: u64 = 4_000;

/// Cost of a hospital's cases against what its coefficient allows, in per mille. The first fifteen
/// hold the whole range, so that the smallest region has savers, spenders and one far over.
const THRIFT: [u64; 15] = [
    1000, 985, 1015, 960, 1030, 1005, 935, 1050, 990, 1075, 970, 1020, 1140, 880, 1240,
];

/// One hospital.
pub(crate) struct Hospital {
    pub(crate) code: String,
    name: String,
    pub(crate) level: u8,
    /// Ten-thousandths.
    pub(crate) coefficient: u64,
    /// Tenths.
    score: u64,
    /// Share of the region's cases.
    pub(crate) volume: u64,
    /// Cost against the group mean, in per mille.
    pub(crate) cost_level: u64,
}

pub(crate) fn make(claims: u64, random: &mut Random) -> Vec<Hospital> {
    let (least, most) = HOSPITALS;
    let count = (least + claims / CLAIMS_PER_HOSPITAL).min(most);
    let mut thrift = Vec::new();
    while (thrift.len() as u64) < count {
        let mut round = THRIFT;
        random.shuffle(&mut round);
        thrift.extend(round);
    }
    let mut names = Names::default();
    (0..count)
        .zip(thrift)
        .map(|(number, thrift)| {
            let level = match number * 100 / count {
                0..20 => 3,
                20..55 => 2,
                _ => 1,
            };
            let (coefficient, volume) = match level {
                3 => (random.between(10_200, 11_200), random.between(30, 60)),
                2 => (random.between(9_500, 10_200), random.between(10, 25)),
                _ => (random.between(8_500, 9_400), random.between(3, 8)),
            };
            Hospital {
                // Region 3299 is not one that exists.
                code: format!("H3299{:07}", number * 137 + 1_001),
                name: names.next(level, random),
                level,
                coefficient,
                score: score(random),
                volume,
                cost_level: coefficient * (thrift + random.below(21) - 10) / 10_000,
            }
        })
        .collect()
}

/// Most hospitals score between 75 and 99; a few fail.
fn score(random: &mut Random) -> u64 {
    match random.below(10) {
        0 => random.between(550, 640),
        1 => 1000,
        2..5 => random.between(750, 899),
        _ => random.between(880, 990),
    }
}

/// Names nobody bears.
#[derive(Default)]
struct Names {
    used: BTreeSet<String>,
    of_level: [usize; LEVELS],
}

impl Names {
    fn next(&mut self, level: u8, random: &mut Random) -> String {
        let number = self.of_level[usize::from(level) - 1];
        self.of_level[usize::from(level) - 1] += 1;
        let planned = match level {
            3 => city(number),
            2 => county(number),
            _ => town(random),
        };
        // Towns are drawn and may repeat; lists end.
        let mut name = planned.clone();
        let mut copy = 1;
        while !self.used.insert(name.clone()) {
            copy += 1;
            name = format!("{planned}（{copy}院区）");
        }
        name
    }
}

fn city(number: usize) -> String {
    const NAMES: [&str; 8] = [
        "第一人民医院",
        "中医院",
        "第二人民医院",
        "妇幼保健院",
        "肿瘤医院",
        "第三人民医院",
        "儿童医院",
        "康复医院",
    ];
    match NAMES.get(number) {
        Some(name) => format!("示例市{name}"),
        None => format!("示例市第{}医院", number + 1),
    }
}

fn county(number: usize) -> String {
    const COUNTIES: [&str; 10] = ["", "东", "南", "西", "北", "上", "下", "新", "古", "大"];
    const NAMES: [&str; 6] = [
        "人民医院",
        "中医院",
        "第二人民医院",
        "妇幼保健院",
        "中西医结合医院",
        "骨科医院",
    ];
    let (county, name) = (number / 2 % COUNTIES.len(), number % 2 + number / 20 * 2);
    match NAMES.get(name) {
        Some(name) => format!("示例{}县{name}", COUNTIES[county]),
        None => format!("示例{}县第{}医院", COUNTIES[county], name + 1),
    }
}

fn town(random: &mut Random) -> String {
    const FIRST: [&str; 16] = [
        "青", "白", "清", "云", "石", "双", "长", "平", "红", "金", "松", "柳", "龙", "泉", "安", "竹",
    ];
    const SECOND: [&str; 16] = [
        "山", "河", "塘", "桥", "坪", "湖", "岭", "溪", "湾", "店", "墩", "沟", "坡", "林", "集", "井",
    ];
    let (first, second) = (random.choose(&FIRST), random.choose(&SECOND));
    format!("示例{first}{second}镇卫生院")
}

/// Writes hospitals.csv.
pub(crate) fn write(hospitals: &[Hospital], out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "fixmedins_code,name,level,coefficient,assessment_score")?;
    for hospital in hospitals {
        let coefficient = Fixed {
            units: hospital.coefficient.into(),
            places: 4,
        };
        let score = Fixed {
            units: hospital.score.into(),
            places: 1,
        };
        writeln!(
            out,
            "{},{},{},{coefficient},{score}",
            hospital.code, hospital.name, hospital.level
        )?;
    }
    Ok(())
}
