//! Whole runs: any claims under any policy settle to the same bytes whatever the blocks and
//! threads, and `verify` finds nothing; it cuts, decodes and judges by itself and prices by the
//! exact-fraction model.

use super::engine::first;
use super::year::{self, replaced};
use crate::{Failure, Progress, ReadOptions, SettleOptions, settle, verify};
use std::collections::BTreeMap;
use std::path::Path;

const COLUMNS: &str = "setl_id,fixmedins_code,insutype,adm_time,dscg_time,group_code,medfee_sumamt,hifp_pay";
const MORE_COLUMNS: &str =
    ",fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,act_pay_dedc,pool_prop_selfpay,refd_setl_flag,vali_flag,备注";

/// Where one claims file ends and the next begins.
const FILE_ENDS: u8 = 0x1c;

/// Three bytes of choices, and the bodies of up to three claims files.
///
/// Seen to catch: records with one id and other content taken for repeats; `hifp_pay` allowed one fen
/// above the cost; the ties of the fen left over turned round; a block cut in quotes.
pub fn run(data: &[u8]) {
    outcome(data);
}

/// The code of what the run was refused for; `None` where it was published.
pub(super) fn outcome(data: &[u8]) -> Option<&'static str> {
    let [policy, more, block, bodies @ ..] = data else {
        return Some("too short");
    };
    let scratch = tempfile::tempdir().unwrap();
    let header = match more & 1 {
        0 => format!("{COLUMNS}\n"),
        _ => format!("{COLUMNS}{MORE_COLUMNS}\n"),
    };
    let bodies = bodies.splitn(3, |&b| b == FILE_ENDS);
    let claims: Vec<Vec<u8>> = bodies.map(|body| [header.as_bytes(), body].concat()).collect();
    let folder = scratch.path().join("year");
    year::write(&folder, &region(*policy, *more), &claims);

    let region = folder.join("region.toml");
    let whole = ReadOptions {
        threads: Some(1),
        ..ReadOptions::default()
    };
    let in_blocks = ReadOptions {
        threads: Some(2),
        block_bytes: usize::from(*block).max(1),
    };
    let out = scratch.path().join("run");
    let published = settled(&region, &out, whole);
    let again = settled(&region, &scratch.path().join("again"), in_blocks);
    assert_eq!(published, again, "in blocks of {block} bytes");
    if let Err((code, _)) = published {
        // With few decimals and without a ratio every figure of these tables fits.
        let fits = policy & 3 < 2 && more >> 2 & 3 < 3;
        assert!(!fits || code != "A101", "refused as too large");
        return Some(code);
    }
    let found = verify(&out, None, Some(1), &Progress::default()).unwrap();
    assert!(found.is_sound() && found.is_complete(), "{:#?}", found.diagnostics());
    None
}

/// The files of the run as text; or what the first thing told is, and its line.
fn settled(region: &Path, out: &Path, read: ReadOptions) -> Result<BTreeMap<String, String>, (&'static str, u64)> {
    let options = SettleOptions {
        read,
        ..SettleOptions::default()
    };
    match settle(region, out, &options, &Progress::default()) {
        Ok(_) => {}
        Err(failure @ Failure::Refused(_)) => return Err(first(&failure)),
        Err(failure) => panic!("{failure}"),
    }
    let entries = std::fs::read_dir(out).unwrap();
    Ok(entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect())
}

/// The base year's region file under another policy. One that the rules forbid is refused, twice.
fn region(policy: u8, more: u8) -> String {
    let pick = |byte: u8, shift: u8, of: &[&'static str; 4]| of[usize::from(byte >> shift & 3)];
    let methods = ["difference", "fund-points", "actual-ratio", "reimbursement-ratio"];
    let method = pick(policy, 0, &methods);
    let ratio = pick(policy, 2, &["", "", "pool_ratio = \"0.70\"", "pool_ratio = \"1\""]);
    let floor = pick(policy, 4, &["false", "false", "false", "true"]);
    let mode = pick(policy, 6, &["half-up", "half-even", "down", "half-up"]);
    let places = pick(more, 2, &["4", "0", "2", "12"]);
    let inclusive = pick(more, 4, &["false", "false", "true", "true"]);
    let encoding = pick(more, 6, &["auto", "auto", "auto", "utf-8"]);
    let remainder = pick(more, 4, &["fund", "largest-remainder", "fund", "largest-remainder"]);
    let mut text = year::REGION.to_owned();
    for (from, to) in [
        ("method = \"difference\"", format!("method = \"{method}\"\n{ratio}")),
        ("floor_at_zero = false", format!("floor_at_zero = {floor}")),
        ("mode = \"half-up\"", format!("mode = \"{mode}\"")),
        ("points = 4\n", format!("points = {places}\n")),
        ("inclusive = false", format!("inclusive = {inclusive}")),
        ("[files]\n", format!("[files]\nencoding = \"{encoding}\"\n")),
        ("remainder = \"fund\"", format!("remainder = \"{remainder}\"")),
    ] {
        text = replaced(&text, from, &to);
    }
    if more & 2 != 0 {
        text = replaced(&text, "method = \"points\"", "method = \"rate\"");
        text = replaced(&text, "\n[pricing]", "base_rate = \"9876.54\"\n\n[pricing]");
        text = replaced(
            &text,
            "reserve = \"0.12\"",
            "reserve = \"0.12\"\nbase_rate = \"12345.67\"",
        );
    }
    text
}
