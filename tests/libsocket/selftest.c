#include "selftest.h"
#include <stdarg.h>
#include <sys/prctl.h>
#include <time.h>

enum { SKIPPED = 77 };

static const struct {
    const char *name;
    const struct test *tests;
} suites[] = {
    { "connecting", connecting_tests },
    { "streams", stream_tests },
    { "descriptors", descriptor_tests },
    { "datagrams", datagram_tests },
    { "options", option_tests },
    { "interfaces", interface_tests },
    { "names", name_tests },
};

_Noreturn void failed(const char *file, int line, const char *expected)
{
    int error = errno;
    const char *name = strrchr(file, '/');
    fprintf(stderr, "%s:%d: expected %s; errno %d (%s)\n", name == NULL ? file : name + 1, line, expected, error, strerror(error));
    _exit(1);
}

_Noreturn void skipped(const char *why)
{
    fprintf(stderr, "%s\n", why);
    _exit(SKIPPED);
}

struct sockaddr_in local(uint16_t port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

uint16_t port_of(int fd)
{
    struct sockaddr_in name = { 0 };
    socklen_t length = sizeof name;
    EXPECT(getsockname(fd, (struct sockaddr *)&name, &length) == 0);
    EXPECT(length == sizeof name && name.sin_family == AF_INET);
    return ntohs(name.sin_port);
}

static int bound(int type)
{
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    EXPECT(fd >= 0);
    struct sockaddr_in any = local(0);
    EXPECT(bind(fd, (struct sockaddr *)&any, sizeof any) == 0);
    return fd;
}

int listening(int backlog)
{
    int fd = bound(SOCK_STREAM);
    EXPECT(listen(fd, backlog) == 0);
    return fd;
}

int datagram_socket(void)
{
    return bound(SOCK_DGRAM);
}

struct pair connected(void)
{
    int listener = listening(1);
    struct sockaddr_in to = local(port_of(listener));
    struct pair made = { .client = socket(AF_INET, SOCK_STREAM, 0) };
    EXPECT(made.client >= 0);
    EXPECT(connect(made.client, (struct sockaddr *)&to, sizeof to) == 0);
    made.server = accept(listener, NULL, NULL);
    EXPECT(made.server >= 0);
    EXPECT(close(listener) == 0);
    return made;
}

uint16_t dead_port(void)
{
    int fd = bound(SOCK_STREAM);
    uint16_t port = port_of(fd);
    close(fd);
    return port;
}

void set_nonblocking(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);
    EXPECT(flags >= 0);
    EXPECT(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0);
}

void send_all(int fd, const void *bytes, size_t length)
{
    for (const char *at = bytes; length > 0;) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        EXPECT(sent > 0);
        at += sent;
        length -= (size_t)sent;
    }
}

void receive_all(int fd, void *bytes, size_t length)
{
    for (char *at = bytes; length > 0;) {
        ssize_t received = recv(fd, at, length, 0);
        EXPECT(received > 0);
        at += received;
        length -= (size_t)received;
    }
}

short wait_for(int fd, short events)
{
    struct pollfd entry = { .fd = fd, .events = events };
    EXPECT(poll(&entry, 1, 10000) == 1);
    return entry.revents;
}

int socket_error(int fd)
{
    int error = -1;
    socklen_t length = sizeof error;
    EXPECT(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
    return error;
}

pid_t in_child(void (*run)(void *), void *argument)
{
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child != 0)
        return child;
    alarm(30);
    run(argument);
    _exit(0);
}

void child_done(pid_t child)
{
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void execute(const char *what, int fd)
{
    char number[16];
    snprintf(number, sizeof number, "%d", fd);
    execl("/proc/self/exe", "selftest", "--executed", what, number, (char *)NULL);
    _exit(126);
}

/* Whether it succeeded; what went wrong has been printed by the process itself. */
static int run_alone(const struct test *test)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setpgid(0, 0);
        alarm(30);
        test->run();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    kill(-child, SIGKILL);      /* children that it left */
    if (WIFSIGNALED(status))
        fprintf(stderr, "ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* selftest [WORD]: all tests, or those whose suite or name contains WORD. */
int main(int count, char **arguments)
{
    if (count == 4 && strcmp(arguments[1], "--executed") == 0)
        return executed(arguments[2], atoi(arguments[3]));
    int passed = 0, failures = 0, skips = 0;
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        for (const struct test *test = suites[i].tests; test->name != NULL; test++) {
            if (count > 1 && strstr(suites[i].name, arguments[1]) == NULL && strstr(test->name, arguments[1]) == NULL)
                continue;
            int result = run_alone(test);
            printf("%-7s %s: %s\n", result == 0 ? "ok" : result == SKIPPED ? "skipped" : "FAILED", suites[i].name, test->name);
            passed += result == 0;
            skips += result == SKIPPED;
            failures += result != 0 && result != SKIPPED;
        }
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failures, skips);
    return failures == 0 && passed > 0 ? 0 : 1;
}
