//! Penalties in points, and what becomes of a standard below 0.

use super::*;

const PENALTIES: &str = "setl_id,finding,multiple
A,分解住院,0
B,高套编码,2
C,欺诈骗保,0.5
";

/// RULES 2.1: no points, or so many times the base taken away. A has none, B −2 × 100; C is ungrouped:
/// −0.5 × its own 5,000 ÷ 10,000 × 100 × 0.8 = 40. P = 0 − 200 − 20 + 100 + 300 = 180; V = 80,000 ÷ 180.
/// B's standard: −200 × 444.444444 = −88,888.89, and its due likewise.
#[test]
fn axis_22_penalties_take_points_away() {
    let claims = "A,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
B,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
C,H2,310,,2026-01-01,2026-02-01,,5000.00,3000.00
D,H2,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
E,H2,310,,2026-01-01,2026-02-01,ES11,40000.00,9000.00
";
    let files = "penalties = \"penalties.csv\"\n";
    let year = Year::new(files, "", claims, &[("penalties.csv", PENALTIES)]);
    assert_eq!(
        year.points(),
        [
            "A 100.0000 0.0000 penalty",
            "B 100.0000 -200.0000 penalty",
            "C 40.0000 -20.0000 penalty",
            "D 100.0000 100.0000",
            "E 300.0000 300.0000"
        ]
        .map(str::to_owned)
    );
    let run = year.scratch.path().join("run");
    let read = |file: &str| fs::read_to_string(run.join(file)).unwrap();
    assert_eq!(
        read("claims.csv").lines().nth(2).unwrap(),
        "B,H1,310,employee,ES11,normal,1.000000,-200.0000,-88888.89,3000.00,-88888.89,100.0000,penalty"
    );
    assert!(read("hospitals.csv").contains("employee,H1,2,-200.0000,20000.00,14000.00,-88888.89,,none,"));
    let told = year.explain("B");
    assert!(
        told.notes
            .iter()
            .any(|note| note.zh == "违规扣点（penalties.csv:3）：高套编码"),
        "{:?}",
        told.notes
    );
    // Largest remainder: every fen of the 80,000 is due.
    let region = fs::read_to_string(year.scratch.path().join("region.toml")).unwrap();
    fs::write(
        year.scratch.path().join("region.toml"),
        region.replace("remainder = \"fund\"", "remainder = \"largest-remainder\""),
    )
    .unwrap();
    year.points();
    let pools = table(&run.join("pools.csv"));
    let due = pools[0].iter().position(|column| column == "due").unwrap();
    assert_eq!(pools[1][due], "80000.00");
    // More taken away than there is.
    let much = PENALTIES.replace("B,高套编码,2", "B,高套编码,100");
    let refused = Year::new(files, "", claims, &[("penalties.csv", &much)]).settle();
    assert!(refused.unwrap_err().contains("A111"));
}

/// A penalty of −88,888.89 is taken back whatever lifts dues to 0, and of the ratio its part.
#[test]
fn axis_22_a_penalty_is_no_negative_due_to_lift() {
    let claims = "B,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
E,H2,310,,2026-01-01,2026-02-01,ES11,40000.00,9000.00
";
    let penalties = "setl_id,finding,multiple\nB,高套编码,2\n";
    let due = |method: &str, floor: &str| {
        let year = Year::new(
            "penalties = \"penalties.csv\"\n",
            "",
            claims,
            &[("penalties.csv", penalties)],
        );
        let path = year.scratch.path().join("region.toml");
        let region = fs::read_to_string(&path).unwrap();
        let region = region
            .replace("\"fund-points\"", method)
            .replace("at_zero = false", floor);
        fs::write(&path, region).unwrap();
        let run = year.settle().unwrap();
        sound(&run);
        let rows = table(&run.join("claims.csv"));
        let at = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
        (rows[1][at("standard")].clone(), rows[1][at("due")].clone())
    };
    let is = |standard: &str, due: &str| (standard.to_owned(), due.to_owned());
    // P = 300 − 200: V = 800 of the fund; of all (D + ΣO) ÷ P = (80,000 + 34,000) ÷ 100
    assert_eq!(due("\"fund-points\"", "at_zero = true"), is("-160000.00", "-160000.00"));
    assert_eq!(due("\"difference\"", "at_zero = true"), is("-228000.00", "-231000.00"));
    // κ = 16,000 ÷ 50,000; V = 80,000 ÷ 0.32 ÷ 100 = 2,500; −500,000 × 0.7
    assert_eq!(
        due("\"actual-ratio\"", "at_zero = true"),
        is("-500000.00", "-350000.00")
    );
}
