"""Commands: what the window can do, for scripts and for examining a sick data folder. The acts are in ``commands``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import __version__
from app.bootstrap import data_folder
from app.commands import care, codes, counting, files, forms, matters, number_books, platforms, records
from app.commands.session import EXIT_CODES, PASSWORD_VARIABLE

__all__ = ["PASSWORD_VARIABLE", "cli"]

cli = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=EXIT_CODES,
)

Data = Annotated[Path | None, typer.Option("--data", help="数据文件夹；不填用本机默认位置", metavar="文件夹")]


@cli.callback(help="乡镇社管通：不带命令时打开窗口。")
def window(context: typer.Context, data: Data = None) -> None:
    """Open the window when no command is given."""
    context.obj = data
    if context.invoked_subcommand is None:
        from app.bootstrap import run_window

        raise typer.Exit(run_window(data_folder(data)))


@cli.command(help="显示版本。")
def version() -> None:
    """Tell the version."""
    typer.echo(f"township-desk {__version__}")


for name, act, words in (
    ("init", care.init, "在空文件夹里建立一个乡镇。"),
    ("import", records.bring_in, "导入 Excel；有坏行时退出码为 1。"),
    ("template", records.template, "某种登记的 Excel 空表。"),
    ("export", records.export, "把一种登记导出为 Excel。"),
    ("search", records.search, "查找人、户、单位、纠纷；没有时退出码为 1。"),
    ("show", records.show, "显示一条登记的全部内容。"),
    ("attach", files.attach, "给一条登记加附件；照片自动缩小并去掉拍摄位置。"),
    ("open-file", files.open_file, "把一个附件写成文件（会记入日志）。"),
    ("print", records.print_paper, "打印文书为 PDF：默认草稿，--final 为正式并留底。"),
    ("forms", forms.listed, "本地文书模板：各版本和是否使用；程序自带的文书也在内。"),
    ("form-install", forms.install, "安装文书模板包（zip）或 Word 文件（docx）。"),
    ("form-fields", forms.fields, "模板里可以写的字段，存为 Word 文件；--sample 为示例模板。"),
    ("matters", matters.listed, "在办的事项：我承办的、等我接收、我交出的、全部、逾期。"),
    ("hand-over", matters.hand_over, "把事项交给承办人、村或单位。"),
    ("accept", matters.accept, "接收交办；村、单位没有电脑的由本单位代录。"),
    ("return", matters.give_back, "退回交办，写明原因。"),
    ("withdraw", matters.withdraw, "撤回还没有答复的交办。"),
    ("remind", matters.remind, "记下一次催办。"),
    ("handover-slip", matters.slip, "打印交办单，给没有电脑的村、单位。"),
    ("numbers", number_books.listed, "文书编号：谁编、编到几号、给出的号段；有待编或有问题时退出码为 1。"),
    ("numbers-sheet", number_books.sheet, "一个年度的编号清单：已用、作废、未用，写成 PDF 或 Excel。"),
    ("number-void", number_books.void, "作废一个编号，写明原因；以后不再使用。"),
    ("count", counting.count, "统计：按一两个栏目数条数，可写成 Excel 或 PDF。"),
    ("sync", care.sync, "与县服务器同步一轮。"),
    ("enrol", care.enrol, "用入网码加入县服务器。"),
    ("backup", care.back_up, "备份并核对。"),
    ("restore", care.restore, "从备份恢复；已有的数据改名保留，从不删除。"),
    ("doctor", care.doctor, "核对日志与数据是否一致；不一致时退出码为 1。"),
    ("settings", care.settings, "列出或修改本机设置。"),
    ("codes", codes.codes, "代码表：哪些可选，谁加的（自带、县、本镇），统计时算作什么。"),
    ("screenshots", care.screenshots, "把每一页存成 1366×768 的图片，不需要屏幕。"),
    ("takeout", records.take_out, "全部数据导出为 Excel、JSON Lines、PDF 和附件原样，不用本程序也能看。"),
    ("platforms", platforms.list_platforms, "外部平台和各自没录的件数；有没录的退出码为 1。"),
    ("platform-missing", platforms.missing, "还没有录到某个平台的，最早的在前；有则退出码为 1。"),
    ("platform-compare", platforms.compare, "与平台导出的表比对，--fill 补入案号；不一致时退出码为 1。"),
):
    cli.command(name=name, help=words, epilog=EXIT_CODES)(act)
