//! `group`: claims into groups, and one record explained.

use crate::run::{Done, dianzhi, grouping_home, run};
use std::fs;
use std::io::Write;
use std::path::Path;

const GROUP: &str = "group --scheme group-claims/teaching.dzs --claims group-claims/claims.csv";

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// The row of a record, behind its id.
fn row<'a>(out: &'a str, setl_id: &str) -> &'a str {
    let prefix = format!("{setl_id},");
    out.lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("no {setl_id} in\n{out}"))
}

fn zh(folder: &Path, arguments: &str) -> Done {
    let arguments = arguments.split_whitespace();
    Done::of(dianzhi(folder, "zh_CN.UTF-8").args(arguments).output().unwrap())
}

#[test]
fn every_record_gets_a_row() {
    let home = grouping_home();
    let at = home.path();
    let done = run(at, &format!("{GROUP} --out out.csv"))
        .exits(0)
        .says("17 records read, 17 written to out.csv\n")
        .says("1 code was found only after");
    assert_eq!(done.stdout, "");
    let out = read(at.join("out.csv"));
    assert!(
        out.starts_with("setl_id,mdc,adrg,group_code,status,reason\nS001,"),
        "{out}"
    );
    assert_eq!(out.lines().count(), 18);
    for (setl_id, expected) in [
        ("S001", "MDCF,FM1,FM11,grouped,"),
        ("S002", "MDCF,FM1,FM15,grouped,unknown-codes:88.5500"),
        ("S003", "MDCF,FR2,FR25,grouped,"),
        ("S013", "MDCG,QY,GQY,ambiguous,procedure-mismatch:51.2300"),
        ("S014", "0000,00,0000,ungrouped,no-mdc:N40.x00;sex-conflict:MDCM"),
        ("S016", "0000,00,0000,check-failed,newborn-weight"),
        ("S017", "0000,00,0000,ungrouped,unknown-main-diagnosis:I21.900x001"),
    ] {
        assert_eq!(row(&out, setl_id), expected, "{setl_id}");
    }
    assert_eq!(
        read(at.join("out.csv.rejects.csv")),
        "file,line,setl_id,field,code,message,record\n"
    );
    let json = run(at, &format!("{GROUP} --out out.csv --json")).exits(0).json();
    assert_eq!((&json["read"], &json["rejected"]), (&17.into(), &0.into()));
    assert_eq!(json["by_status"]["grouped"], 13);
    assert_eq!(json["by_reason"]["newborn-weight"], 1);
    assert_eq!(json["mended_codes"], 1);
    zh(at, &format!("{GROUP} --out out.csv"))
        .exits(0)
        .says("歧义病案")
        .says("新生儿没有体重");
}

#[test]
fn how_codes_are_compared() {
    let home = grouping_home();
    let at = home.path();
    run(at, &format!("{GROUP} --out verbatim.csv --verbatim")).exits(0);
    let verbatim = read(at.join("verbatim.csv"));
    assert_eq!(
        row(&verbatim, "S003"),
        "0000,00,0000,ungrouped,unknown-main-diagnosis:i21.900"
    );
    run(at, &format!("{GROUP} --out translated.csv --translate")).exits(0);
    let translated = read(at.join("translated.csv"));
    assert_eq!(row(&translated, "S017"), "MDCF,FR2,FR21,grouped,");
    assert_eq!(
        row(&translated, "S002"),
        "0000,00,0000,px-untranslated,untranslated:88.5500"
    );
    assert_eq!(row(&translated, "S001"), "MDCF,FM1,FM11,grouped,");
}

#[test]
fn a_folder_of_tables_groups_as_its_package_does() {
    let home = grouping_home();
    let at = home.path();
    run(at, &format!("{GROUP} --out package.csv")).exits(0);
    let line = "group --scheme group-claims/scheme --claims group-claims/claims.csv --out folder.csv";
    run(at, line).exits(0);
    assert_eq!(read(at.join("package.csv")), read(at.join("folder.csv")));
}

#[test]
fn what_cannot_be_read_is_rejected() {
    let home = grouping_home();
    let at = home.path();
    let claims = at.join("group-claims/claims.csv");
    let text = read(&claims)
        .replace("S004,H002", ",H002")
        .replace("47.0900,,11200.00", "47.0900,11200.00");
    fs::write(&claims, text).unwrap();
    run(at, &format!("{GROUP} --out out.csv"))
        .exits(1)
        .says("17 records read, 15 written to out.csv; 2 could not be read, see out.csv.rejects.csv");
    let rejects = read(at.join("out.csv.rejects.csv"));
    let rows: Vec<&str> = rejects.lines().skip(1).collect();
    assert!(
        rows[0].starts_with("group-claims/claims.csv,5,,setl_id,E102,"),
        "{rejects}"
    );
    assert!(rows[1].starts_with("group-claims/claims.csv,7,,,E101,"), "{rejects}");
    assert_eq!(read(at.join("out.csv")).lines().count(), 16);
}

/// Ten thousand records are several blocks.
fn many(at: &Path) {
    let text = read(at.join("group-claims/claims.csv"));
    let (header, rows) = text.split_once('\n').unwrap();
    let mut long = format!("{header}\n");
    for round in 0..600 {
        for row in rows.lines() {
            long += &format!("R{round}-{row}\n");
        }
        long += &format!("R{round}-broken\n");
    }
    fs::write(at.join("many.csv"), long).unwrap();
}

#[test]
fn threads_change_no_byte() {
    let home = grouping_home();
    let at = home.path();
    many(at);
    for threads in [1, 2, 7] {
        for join in ["", " --join"] {
            let line = format!(
                "group --scheme group-claims/teaching.dzs --claims many.csv --out {threads}{}.csv --threads {threads}{join}",
                join.trim()
            );
            run(at, &line).exits(1).says("10,800 records read, 10,200 written");
        }
    }
    for name in ["", "--join"] {
        for end in [".csv", ".csv.rejects.csv"] {
            let one = read(at.join(format!("1{name}{end}")));
            assert_eq!(one, read(at.join(format!("2{name}{end}"))), "{name}{end}");
            assert_eq!(one, read(at.join(format!("7{name}{end}"))), "{name}{end}");
        }
    }
    let rejects = read(at.join("1.csv.rejects.csv"));
    assert!(rejects.lines().last().unwrap().starts_with("many.csv,10801,,,E101,"));
}

#[test]
fn packed_and_gb18030_claims() {
    let home = grouping_home();
    let at = home.path();
    run(at, &format!("{GROUP} --out plain.csv")).exits(0);
    let plain = read(at.join("plain.csv"));
    let claims = fs::read(at.join("group-claims/claims.csv")).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&claims).unwrap();
    fs::write(at.join("claims.csv.gz"), gz.finish().unwrap()).unwrap();
    run(
        at,
        "group --scheme group-claims/teaching.dzs --claims claims.csv.gz --out gz.csv",
    )
    .exits(0);
    assert_eq!(plain, read(at.join("gz.csv")));

    // 性别 as a heading, 男 and 女 as its values, in GB18030.
    let text = String::from_utf8(claims).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut bytes = Vec::new();
    for name in header.split(',') {
        bytes.extend_from_slice(if name == "gend" {
            b"\xd0\xd4\xb1\xf0"
        } else {
            name.as_bytes()
        });
        bytes.push(b',');
    }
    *bytes.last_mut().unwrap() = b'\n';
    for row in rows.lines() {
        for (position, field) in row.split(',').enumerate() {
            bytes.extend_from_slice(match (position, field) {
                (6, "1") => b"\xc4\xd0",
                (6, "2") => b"\xc5\xae",
                _ => field.as_bytes(),
            });
            bytes.push(b',');
        }
        *bytes.last_mut().unwrap() = b'\n';
    }
    fs::write(at.join("gb.csv"), bytes).unwrap();
    run(
        at,
        "group --scheme group-claims/teaching.dzs --claims gb.csv --out gb-out.csv",
    )
    .exits(0);
    assert_eq!(plain, read(at.join("gb-out.csv")));
}

#[test]
fn joined_rows_are_settled() {
    let home = grouping_home();
    let at = home.path();
    run(at, &format!("{GROUP} --out joined.csv --join")).exits(0);
    let joined = read(at.join("joined.csv"));
    let header = joined.lines().next().unwrap();
    assert!(header.starts_with("setl_id,fixmedins_code,"), "{header}");
    assert!(
        header.ends_with(",hifp_pay,mdc,adrg,group_code,status,reason"),
        "{header}"
    );
    assert_eq!(header.matches("group_code").count(), 1);
    // Joined again, the columns of the first time give way.
    run(
        at,
        "group --scheme group-claims/teaching.dzs --claims joined.csv --out again.csv --join",
    )
    .exits(0);
    assert_eq!(joined, read(at.join("again.csv")));

    let region = at.join("group-claims/region.toml");
    let plain = read(&region);
    let without: String = plain
        .lines()
        .filter(|line| !line.starts_with("scheme") && !line.starts_with("translate") && !line.starts_with("verbatim"))
        .map(|line| line.replace("[grouping]", "") + "\n")
        .collect();
    fs::write(&region, without).unwrap();
    run(at, "settle group-claims/region.toml --claims joined.csv --out joined").exits(0);
    fs::write(&region, plain).unwrap();
    run(at, "settle group-claims/region.toml --out direct").exits(0);
    // A record without a group has no code in the one and the scheme's 0000 in the other.
    let money = |out: &str| -> Vec<String> {
        let text = read(at.join(out).join("claims.csv"));
        let figures = text
            .lines()
            .map(|line| line.split(',').skip(5).collect::<Vec<_>>().join(","));
        figures.collect()
    };
    assert_eq!(money("joined"), money("direct"));
}

#[test]
fn a_record_is_explained() {
    let home = grouping_home();
    let at = home.path();
    let done = run(at, &format!("{GROUP} --explain S001")).exits(0);
    for told in [
        "MDCF holds",
        "ADRG FM1 fits",
        "N17.900 is an MCC (exclusion group 3)",
        "FM11",
        "[grouped]",
    ] {
        assert!(done.stdout.contains(told), "{told}:\n{}", done.stdout);
    }
    let excluded = run(at, &format!("{GROUP} --explain S007")).exits(0).stdout;
    assert!(excluded.contains("K92.200 is a CC (exclusion group 5)"), "{excluded}");
    let json = run(at, &format!("{GROUP} --explain S013 --json")).exits(0).json();
    assert_eq!(json[0]["group_code"], "GQY");
    assert_eq!(json[0]["line"], 14);
    let steps = json[0]["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["step"], "branch");
    let told = zh(at, &format!("{GROUP} --explain S016")).exits(0).stdout;
    assert!(told.contains("不进入分组: newborn-weight"), "{told}");
    run(at, &format!("{GROUP} --explain S999")).exits(2).says("[F110]");
    assert!(!at.join("out.csv").exists());
}

#[test]
fn what_stops_it_leaves_nothing() {
    let home = grouping_home();
    let at = home.path();
    let names = || {
        let mut names: Vec<_> = fs::read_dir(at).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let claims = read(at.join("group-claims/claims.csv"));
    let before = names();
    run(at, &format!("{GROUP} --out group-claims/claims.csv"))
        .exits(2)
        .says("[F106]");
    run(at, &format!("{GROUP} --out group-claims")).exits(2).says("[F106]");
    assert_eq!(claims, read(at.join("group-claims/claims.csv")));
    let package = fs::read(at.join("group-claims/teaching.dzs")).unwrap();
    run(at, &format!("{GROUP} --out group-claims/teaching.dzs"))
        .exits(2)
        .says("[F106]")
        .says("it is of the scheme");
    assert_eq!(package, fs::read(at.join("group-claims/teaching.dzs")).unwrap());
    run(
        at,
        "group --scheme group-claims/scheme --claims group-claims/claims.csv --out group-claims/scheme/mcc.tsv",
    )
    .exits(2)
    .says("[F106]");
    run(
        at,
        "group --scheme gone.dzs --claims group-claims/claims.csv --out out.csv",
    )
    .exits(2)
    .says("[F101]");
    run(
        at,
        "group --scheme group-claims/teaching.dzs --claims gone.csv --out out.csv",
    )
    .exits(2)
    .says("[F102]");
    run(
        at,
        "group --scheme group-claims/claims.csv --claims group-claims/claims.csv --out out.csv",
    )
    .exits(2)
    .says("[S110]");
    fs::write(at.join("group-claims/hospitals.csv"), "a,b\n1,2\n").unwrap();
    run(
        at,
        "group --scheme group-claims/teaching.dzs --claims group-claims/hospitals.csv --out out.csv",
    )
    .exits(2)
    .says("[T102]");
    run(at, &format!("{GROUP} --out nowhere/out.csv")).exits(2);
    assert_eq!(names(), before);

    // A whole package with one table mended by hand: every mistake with its line.
    let tables = at.join("group-claims/scheme");
    let splits = read(tables.join("drg.tsv"))
        .replace("FM11\tmcc", "FM11\tmccc")
        .replace("GZ1\tGZ13", "GZ9\tGZ13");
    fs::write(tables.join("drg.tsv"), splits).unwrap();
    let line = "group --scheme group-claims/scheme --claims group-claims/claims.csv --out out.csv";
    run(at, line)
        .exits(2)
        .says("[S106]")
        .says("drg.tsv:5")
        .says("[S107]")
        .says("drg.tsv:12");
    let json = run(at, &format!("{line} --json")).exits(2).json();
    assert_eq!(json["errors"][0]["code"], "S106");
}

#[test]
fn a_settlement_groups_by_the_region_file() {
    let home = grouping_home();
    let at = home.path();
    run(at, "settle group-claims/region.toml --out run --archive")
        .exits(0)
        .says("16 had no group code: 12 grouped, 1 ambiguous, 3 without a group")
        .says("no-mdc ×1  no MDC takes the main diagnosis");
    run(at, "verify run").exits(0);
    let check = run(at, "check group-claims/region.toml").exits(0).stdout;
    assert!(check.contains("12 grouped, 1 ambiguous, 3 without a group"), "{check}");
    let json: serde_json::Value = serde_json::from_str(&read(at.join("run/run.json"))).unwrap();
    assert_eq!(
        json["records"]["grouped"],
        serde_json::json!({
            "grouped": 12,
            "ambiguous": 1,
            "blank": 0,
            "without_group": 3,
            "reasons": {"newborn-weight": 1, "no-mdc": 1, "procedure-mismatch": 1, "sex-conflict": 1,
                "unknown-codes": 1, "unknown-main-diagnosis": 1},
        })
    );
    assert!(read(at.join("run/run.json")).contains("teaching.dzs"));
    let told = run(at, "explain run S001").exits(0).stdout;
    assert!(
        told.contains("== Grouping ==") && told.contains("ADRG FM1 fits"),
        "{told}"
    );
    // A code that the file has is taken as it stands.
    let told = run(at, "explain run S015").exits(0).stdout;
    assert!(!told.contains("== Grouping =="), "{told}");
    run(at, "settle run/inputs/region.toml --out again").exits(0);
    assert_eq!(read(at.join("run/claims.csv")), read(at.join("again/claims.csv")));

    let region = at.join("group-claims/region.toml");
    let plain = read(&region);
    let both = plain.replace("[grouping]", "dip_directory = \"types.dzd\"\n[grouping]");
    fs::write(&region, both).unwrap();
    run(at, "check group-claims/region.toml")
        .exits(2)
        .says("[P109]")
        .says("files.scheme and files.dip_directory cannot stand together");
    fs::write(&region, plain.replace("\nscheme ", "\n# scheme ")).unwrap();
    run(at, "check group-claims/region.toml")
        .exits(2)
        .says("[P109]")
        .says("there is a [grouping] but neither");
    fs::write(&region, plain.replace("teaching.dzs", "gone.dzs")).unwrap();
    run(at, "settle group-claims/region.toml --out none")
        .exits(2)
        .says("[F101]");
    fs::write(&region, plain.replace("teaching.dzs", "groups.csv")).unwrap();
    run(at, "settle group-claims/region.toml --out none")
        .exits(2)
        .says("[S110]");
    assert!(!at.join("none").exists());
}

/// Who waits for a block that will not come must not be the one who is heard. Seen to fail.
#[test]
fn a_damaged_file_is_told_with_any_number_of_threads() {
    let home = grouping_home();
    let at = home.path();
    let mut claims = String::from("setl_id,gend,age,maindiag_code,diag_codes,oprn_codes\n");
    claims += &"A,1,50,I21.900,,\n".repeat(100_000);
    claims += "Z,1,50,\"I21.900,,\n";
    fs::write(at.join("damaged.csv"), claims).unwrap();
    for threads in [1, 2, 7] {
        let group = "group --scheme group-claims/teaching.dzs --claims damaged.csv --out out.csv";
        run(at, &format!("{group} --threads {threads}"))
            .exits(2)
            .says("error[F103]");
        assert!(!at.join("out.csv").exists());
    }
}
