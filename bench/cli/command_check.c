/* What no option can be refused for alone: options that do not go together. */
#include <errno.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/team/strategy.h"
#include "command.h"
#include "outputs.h"

/* What a run adds to must be none of what it reads or writes over. */
static int check_checkpoint(const struct command *command)
{
	const char *path = program_checkpoint(command->program);

	if (!path)
		return 0;
	for (int i = 0; i < OUTPUTS; i++)
		if (command->outputs[i].path && outputs_same(path, command->outputs[i].path))
			return say_fail(EINVAL,
					"--checkpoint and --%s cannot share %s: give each its own "
					"file",
					output_formats[i]->option, path);
	if (command->job.file && outputs_same(path, command->job.file))
		return say_fail(EINVAL, "%s is read from by -f: the checkpoint needs another file",
				path);
	return 0;
}

/* One format, against the others and against what is read. */
static int check_output(const struct command *command, int number)
{
	const char *path = command->outputs[number].path;

	if (!path)
		return 0;
	for (int other = 0; other < number; other++)
		if (command->outputs[other].path &&
		    outputs_same(path, command->outputs[other].path))
			return say_fail(EINVAL,
					"two formats cannot share %s: give each its own file",
					path);
	if (outputs_is_stdout(path))
		return say_fail(EINVAL,
				"%s is where standard output goes: give it a file of its own, or "
				"--%s=-",
				path, output_formats[number]->option);
	/* Also where the shell has opened it: `<FILE`. */
	if ((command->job.file && outputs_same(path, command->job.file)) ||
	    outputs_same(path, "/dev/stdin"))
		return say_fail(EINVAL, "%s is read from: the results need another file", path);
	return 0;
}

static int check_outputs(const struct command *command)
{
	int bare = 0, ret = 0;

	for (int i = 0; !ret && i < OUTPUTS; i++) {
		bare += command->outputs[i].wanted && !command->outputs[i].path;
		ret = check_output(command, i);
	}
	if (!ret && bare > 1)
		ret = say_fail(EINVAL, "two formats cannot share stdout: give one of them a file, "
				       "as in --json=FILE");
	return ret;
}

/* Only scale studies several at once. */
static int check_choices(const struct command *command)
{
	const char *name = command->verb->name;

	if (command->study.nodes.count && command->study.concurrencies.count)
		return say_fail(EINVAL, "-c and --nodes exclude each other");
	if (command->verb->bit == VERB_SCALE)
		return command->study.weak && command->study.strong
			       ? say_fail(EINVAL, "--weak and --strong exclude each other")
			       : 0;
	if (command->study.concurrencies.count > 1)
		return say_fail(EINVAL, "%s takes one -c: `%s scale` takes several", name,
				command->program->name);
	if (command->place.bind && strchr(command->place.bind, ','))
		return say_fail(EINVAL, "%s takes one --bind: `%s scale` takes several", name,
				command->program->name);
	return 0;
}

static int check_launcher(const struct command *command)
{
	const char *name = command->launcher.name, *library = strategy_mpi_version();

	if (command->launcher.hosts && command->launcher.hostfile)
		return say_fail(EINVAL, "--hosts and --hostfile exclude each other");
	if (name && !launcher_find(name, library))
		return say_fail(EINVAL,
				"%s starts no ranks of %s, which this was built with: "
				"leave --launcher out",
				name, library);
	return 0;
}

int command_check(const struct command *command)
{
	int ret = check_choices(command);

	if (!ret)
		ret = check_launcher(command);
	if (!ret)
		ret = check_checkpoint(command);
	return ret ? ret : check_outputs(command);
}
