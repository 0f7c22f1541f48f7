//! `dianzhi synth`: a synthetic region-year.

use super::{path, path_if_given, shell_word};
use crate::console::Console;
use clap::ArgMatches;
use dianzhi::engine::Text;
use dianzhi::policy::Diagnostic;
use dianzhi::policy::codes::{F101, P109};
use dianzhi::{Failure, InputOptions, Inputs};
use dianzhi_synth::{Options, generate, generate_in};
use std::path::Path;

/// Makes the folder and says what is in it.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let region = match path_if_given(matches, "region").map(|path| (path, std::fs::read_to_string(path))) {
        None => None,
        Some((_, Ok(text))) => Some(text),
        Some((path, Err(e))) => {
            let path = path.display();
            let text = Text::new(format!("读不到文件 {path}：{e}"), format!("cannot read {path}: {e}"));
            let help = Text::new("检查路径和权限", "check the path and the permissions");
            console.diagnostics(&[Diagnostic::error(F101.id, text, help)]);
            return 2;
        }
    };
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
    let options = Options {
        claims: number("claims"),
        seed: number("seed"),
        region,
    };
    let out = path(matches, "out");
    // The region file's paths start from its folder.
    let folder = path_if_given(matches, "region").and_then(Path::parent);
    let made = match folder {
        Some(folder) => generate_in(&options, folder, out),
        None => generate(&options, out),
    };
    match made {
        Err(error) => {
            console.error(&error.text(), None);
            2
        }
        Ok(_) if let Err(failure) = Inputs::load(&out.join("region.toml"), &InputOptions::default()) => {
            refused(out, &failure, console)
        }
        Ok(summary) => {
            console.say(summary.text().get(console.lang));
            let region = shell_word(&out.join("region.toml"));
            console.say(&console.pick(
                format!("下一步：dianzhi settle {region} --out {}", shell_word(&out.join("run"))),
                format!("Next: dianzhi settle {region} --out {}", shell_word(&out.join("run"))),
            ));
            0
        }
    }
}

/// The region file has what a synthetic year does not follow: nothing is left that `settle` would refuse.
fn refused(out: &Path, failure: &Failure, console: &Console) -> u8 {
    if let Failure::Refused(found) = failure {
        console.diagnostics(&found.0);
    }
    // The folder is this run's own: it was not there before.
    let left = std::fs::remove_dir_all(out).is_err();
    let text = Text::new(
        "所给地区文件中有合成年度不能照做的内容，合成的数据与它不符，已删去",
        "the region file has what a synthetic year does not follow; what was made does not fit it and is removed",
    );
    let help = match left {
        false => Text::new(
            "从一份副本中删去上述各键后再试；路由、病组付费和各项比例都可以保留",
            "take these keys out of a copy of the file and try again; routes, prices by group and shares may stay",
        ),
        true => Text::new(
            format!("删不掉 {}，请自行删除", out.display()),
            format!("{} cannot be removed; remove it", out.display()),
        ),
    };
    console.diagnostics(&[Diagnostic::error(P109.id, text, help)]);
    2
}
