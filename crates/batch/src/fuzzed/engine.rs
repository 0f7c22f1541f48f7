//! The engine's internals as the checks see them: one function for each thing that is compared.

use super::year;
use crate::Failure;
use crate::claims::checks::Checks;
use crate::claims::feed::{ClaimFile, Feed};
use crate::claims::records::{Scratch, for_each_record};
use crate::claims::row::Field;
use crate::claims::values;
use crate::input::encoding as decoding;
use crate::input::encoding::Encoding;
use crate::input::source::{InputFile, Role};
use crate::progress::Progress;
use dianzhi_core::CompiledPolicy;
use dianzhi_policy::{EncodingChoice, Region};
use std::cell::OnceCell;
use std::sync::Arc;
use tempfile::TempDir;

pub(super) use crate::claims::values::Ratio;
pub(super) use crate::input::table::RECORD_BYTES_MAX;

/// The headings that the engine wants to see.
pub(super) const HEADINGS: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code";

/// An amount as the checks read it, from the middle and from the start of a block: the same as by itself.
pub(super) fn money(text: &[u8]) -> Option<i64> {
    let alone = values::money(text);
    let inside = [b"0123456789,12.34,", text, b",9.99\n"].concat();
    for field in [
        Field::new(&inside, 17, 17 + text.len()),
        Field::new(&inside[17..], 0, text.len()),
        Field::new(text, 0, text.len()),
    ] {
        assert_eq!(field.money(), alone, "{text:?}");
        assert!(!field.is_plain_money() || alone.is_some_and(|fen| fen >= 0), "{text:?}");
    }
    alone
}

pub(super) fn ratio(text: &[u8]) -> Option<Ratio> {
    values::ratio(text)
}

/// A day as the number yyyymmdd.
pub(super) fn day(text: &[u8]) -> Option<u32> {
    values::day(text)
}

pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    decoding::decode(bytes, encoding).map(std::borrow::Cow::into_owned)
}

pub(super) fn decode_escaped(bytes: &[u8], encoding: Encoding) -> String {
    decoding::decode_escaped(bytes, encoding)
}

pub(super) fn detect(bytes: &[u8]) -> Encoding {
    decoding::detect(bytes).unwrap()
}

/// A record as read.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    /// Where it starts; the file's first line is 1.
    pub(super) line: u64,
    /// Its bytes without the line end.
    pub(super) raw: Vec<u8>,
    /// Its fields in UTF-8; `None` where it is no record of so many columns.
    pub(super) fields: Option<Vec<Vec<u8>>>,
}

/// A claims file as read.
pub(super) struct Read {
    /// Where each block starts in the file, and its bytes.
    pub(super) blocks: Vec<(u64, Vec<u8>)>,
    pub(super) records: Vec<Record>,
}

/// A claims file read in blocks of so many bytes; or the code and the line of what is wrong with it.
pub(super) fn read(bytes: &[u8], choice: EncodingChoice, block_bytes: usize) -> Result<Read, (&'static str, u64)> {
    thread_local! {
        static PLACE: OnceCell<(TempDir, Region)> = const { OnceCell::new() };
    }
    PLACE.with(|place| {
        let (folder, region) = place.get_or_init(|| (tempfile::tempdir().unwrap(), year::region()));
        let mut region = region.clone();
        region.files.encoding = choice;
        let input = InputFile {
            role: Role::Claims,
            name: "claims.csv".to_owned(),
            path: folder.path().join("claims.csv"),
        };
        std::fs::write(&input.path, bytes).unwrap();
        read_file(&input, &region, block_bytes)
    })
}

fn read_file(input: &InputFile, region: &Region, block_bytes: usize) -> Result<Read, (&'static str, u64)> {
    let policy = Arc::new(CompiledPolicy::new(&region.policy, &[], &[]).unwrap());
    let checks = Checks::of(region, &policy, None);
    let file = ClaimFile::open(input, region, &checks).map_err(|mistakes| first(&Failure::from(mistakes)))?;
    let files = [file];
    let [file] = &files;
    let progress = Progress::default();
    let mut feed = Feed::new(&files, block_bytes, false, &progress);
    let mut scratch = Scratch::default();
    let mut lines = file.header_lines;
    let (mut blocks, mut records) = (Vec::new(), Vec::new());
    let mut buffer = Vec::new();
    while let Some(block) = feed.next(buffer).map_err(|failure| first(&failure))? {
        let columns = file.layout.columns;
        let seen = for_each_record(
            &block,
            columns,
            &mut scratch,
            || file.encoding(),
            |record| {
                let fields = record
                    .row
                    .map(|row| (0..columns).map(|i| row.nth(i).to_vec()).collect());
                records.push(Record {
                    line: lines + u64::from(record.line) + 1,
                    raw: record.raw.to_vec(),
                    fields,
                });
            },
        );
        lines += u64::from(seen.map_err(|mistake| first(&mistake.into()))?.lines);
        blocks.push((block.offset, block.bytes().to_vec()));
        buffer = block.buffer;
    }
    Ok(Read { blocks, records })
}

/// The code and the line of the first thing that a failure tells.
pub(super) fn first(failure: &Failure) -> (&'static str, u64) {
    let mut told = failure.diagnostics();
    assert!(!told.is_empty(), "a failure that tells nothing: {failure:?}");
    let told = told.remove(0);
    (told.code, told.place.map_or(0, |place| place.line))
}
