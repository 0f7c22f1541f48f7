//! `dianzhi scenario`.

use super::words::Words;
use clap::Command;

pub(super) fn scenario(words: &Words) -> Command {
    let run = words
        .command(
            "run",
            "运行：读取一次病例，按每个情景结算，与基准比较",
            "read the claims once, settle them by every scenario and compare with the baseline",
        )
        .override_usage(words.pick(
            "dianzhi scenario run [选项] --out <DIR> <SCENARIOS.toml>",
            "dianzhi scenario run [OPTIONS] --out <DIR> <SCENARIOS.toml>",
        ))
        .args([
            words.toml(
                "scenarios",
                "SCENARIOS.toml",
                "情景文件：基准的地区文件和各情景改动的值",
                "the scenarios file: the baseline's region file and what each scenario changes",
            ),
            words.results(
                "比较结果的目录；要么整体出现，要么不出现",
                "the folder of the comparison; it appears whole or not at all",
            ),
            words.flag(
                "runs",
                "另为基准和每个情景发布一个结算结果目录，与 settle 的逐字节相同",
                "also publish a run directory of the baseline and of each scenario, byte for byte as settle does",
            ),
            words.threads(),
            words.flag(
                "replace",
                "整体替换已有的目录",
                "exchange an existing folder as a whole",
            ),
            words.progress(),
            words.json(),
        ]);
    words
        .command(
            "scenario",
            "情景：在同一批病例上比较支付改革方案",
            "compare payment reforms over one set of claims",
        )
        .override_usage(words.pick("dianzhi scenario <命令>", "dianzhi scenario <COMMAND>"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([run].map(|command| words.with_common(command)))
}
