#!/usr/bin/python3
"""Names of settings, ports and files agree between the programs, conf/, the containers and README."""

import pathlib
import re
import subprocess
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(path):
    return (ROOT / path).read_text()


def documented():
    """The settings of conf/.env.example, with their defaults."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", read("conf/.env.example"), re.M))


def read_by_the_service():
    names = set()
    for path in (ROOT / "auth-service").rglob("*.cpp"):
        names.update(re.findall(r"environment\w*\s*\.\s*\w+\(\s*\"([A-Z][A-Z0-9_]+)\"", path.read_text()))
    return names


def read_by_render_conf():
    header = read("scripts/render-conf").split("set -euo")[0]
    return set(re.findall(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b", header))


def compose():
    return yaml.safe_load(read("docker-compose.yml"))


def environment(service):
    return compose()["services"][service].get("environment", {})


# What names a file or a user of the machine at hand is the caller's business, not a setting.
NOT_SETTINGS = {"NGINX_MODULE", "NGINX_USER", "NGINX_ACCESS_LOG", "AUTH_ADDRESS"}


class Settings(unittest.TestCase):
    def test_the_service_reads_what_is_documented_and_nothing_else(self):
        service = read_by_the_service()
        self.assertIn("SECRET_KEY", service)
        self.assertLessEqual(service, set(documented()))
        others = set(documented()) - service
        gateway = ("GATEWAY_", "ZENZEFI_", "ACCESS_TOKEN_ZONE", "NGINX_", "STATE_DIR", "SUPERUSER_")
        self.assertEqual([name for name in others if not name.startswith(gateway)], [])

    def test_render_conf_reads_what_is_documented(self):
        self.assertLessEqual(read_by_render_conf() - NOT_SETTINGS, set(documented()))

    def test_secrets_have_no_default(self):
        for name in ("SECRET_KEY", "TOKEN_ENCRYPTION_KEY", "POSTGRES_PASSWORD"):
            self.assertEqual(documented()[name], "")

    def test_readme_names_documented_settings(self):
        table = read("README.md").split("## Settings")[1].split("## Tests")[0]
        names = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", table))
        self.assertLessEqual(names, set(documented()))

    def test_every_placeholder_of_the_nginx_set_up_is_filled_in(self):
        scripts = read("scripts/render-conf") + read("scripts/lib/target.sh")
        for path in (ROOT / "conf/nginx").rglob("*.conf"):
            for name in re.findall(r"@([A-Z][A-Z0-9_]*)@", path.read_text()):
                self.assertRegex(scripts, rf"\b{name}\b", path)


class Containers(unittest.TestCase):
    def test_services_get_settings_that_exist(self):
        for service in ("auth", "gateway"):
            names = set(environment(service)) - NOT_SETTINGS
            self.assertLessEqual(names, set(documented()), service)

    def test_variables_of_the_file_are_documented(self):
        names = set(re.findall(r"(?<!\$)\$\{([A-Z_0-9]+)", read("docker-compose.yml")))
        self.assertLessEqual(names, set(documented()))

    def test_both_sides_of_a_port_agree(self):
        auth, gateway = environment("auth"), environment("gateway")
        for name in ("AUTH_PUBLIC_PORT", "AUTH_INTERNAL_PORT", "REDIS_HOST", "REDIS_PORT"):
            self.assertEqual(auth[name], gateway[name])
        self.assertEqual(gateway["AUTH_ADDRESS"], "auth")
        self.assertEqual(auth["AUTH_PUBLIC_PORT"], int(documented()["AUTH_PUBLIC_PORT"]))
        self.assertEqual(auth["AUTH_INTERNAL_PORT"], int(documented()["AUTH_INTERNAL_PORT"]))
        (published,) = compose()["services"]["gateway"]["ports"]
        self.assertTrue(published.endswith(f":{gateway['GATEWAY_PORT']}"))
        dockerfile = read("docker/Dockerfile")
        self.assertIn(f"EXPOSE {auth['AUTH_PUBLIC_PORT']} {auth['AUTH_INTERNAL_PORT']}", dockerfile)
        self.assertIn(f"EXPOSE {gateway['GATEWAY_PORT']}", dockerfile)
        target_port = re.search(r"demo-target:(\d+)", gateway["ZENZEFI_TARGET_URL"]).group(1)
        self.assertIn(f'"--port", "{target_port}"', dockerfile)

    def test_hosts_are_services(self):
        services = compose()["services"]
        self.assertIn(environment("auth")["POSTGRES_SERVER"], services)
        self.assertIn(environment("auth")["REDIS_HOST"], services)
        self.assertIn(environment("gateway")["AUTH_ADDRESS"], services)

    def test_only_the_gateway_is_reachable_from_outside(self):
        for name, service in compose()["services"].items():
            self.assertEqual("ports" in service, name == "gateway", name)
            self.assertEqual("outside" in service["networks"], name == "gateway", name)

    def test_images_and_files_exist(self):
        stages = re.findall(r"^FROM \S+ AS (\S+)$", read("docker/Dockerfile"), re.M)
        for service in compose()["services"].values():
            if "build" in service:
                self.assertIn(service["build"]["target"], stages)
                self.assertTrue((ROOT / service["build"]["dockerfile"]).exists())
            for volume in service.get("volumes", []):
                if volume.startswith("./"):
                    self.assertTrue((ROOT / volume.split(":")[0]).exists(), volume)
        for source in re.findall(r"^COPY (?!--from)(\S+) ", read("docker/Dockerfile"), re.M):
            self.assertTrue((ROOT / source).exists(), source)

    def test_container_packages_are_groups_of_the_one_list(self):
        for group in re.findall(r"install-dependencies (\S+)", read("docker/Dockerfile")):
            if not group.startswith("scripts/"):
                subprocess.run([ROOT / "scripts/install-dependencies", "--list", group], check=True,
                               stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    unittest.main()
