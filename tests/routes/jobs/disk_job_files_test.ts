/** Files of jobs on a node's own disk. */
import { DiskJobFiles } from "../../../routes/jobs/disk_job_files.ts";
import { jobFilesContract } from "./job_files_contract.ts";

jobFilesContract("on disk", (name, run) => {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "regulens_files_" });
    try {
      await run({
        files: new DiskJobFiles(folder),
        again: new DiskJobFiles(folder),
        count: () => Promise.resolve([...Deno.readDirSync(folder)].length),
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});
