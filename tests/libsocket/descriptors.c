/* A socket is a descriptor like any other: copied, inherited, handed on, and used by several processes. */
#include "selftest.h"
#include <linux/close_range.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void talks(int from, int to)
{
    char byte = 0;
    send_all(from, "x", 1);
    receive_all(to, &byte, 1);
    EXPECT(byte == 'x');
}

static void copies(void)
{
    struct pair ends = connected();
    int copy = dup(ends.client);
    EXPECT(copy >= 0 && port_of(copy) == port_of(ends.client));
    int second = dup2(copy, 200);
    EXPECT(second == 200 && (fcntl(dup3(copy, 201, O_CLOEXEC), F_GETFD) & FD_CLOEXEC) != 0);
    int third = fcntl(copy, F_DUPFD_CLOEXEC, 300);
    EXPECT(third >= 300 && (fcntl(third, F_GETFD) & FD_CLOEXEC) != 0);
    close(ends.client);
    close(copy);
    close(201);
    talks(200, ends.server);
    talks(ends.server, third);
    set_nonblocking(200, true);     /* of the socket, not of the number */
    EXPECT((fcntl(third, F_GETFL) & O_NONBLOCK) != 0);
    close(200);
    close(third);
    char byte;
    EXPECT(recv(ends.server, &byte, 1, 0) == 0);    /* it was the last of them */
}

static void numbers_are_used_again(void)
{
    /* The same number is a stream, a file, a datagram socket and a pipe by turns; also closed where no library sees it. */
    for (int i = 0; i < 20; i++) {
        struct pair ends = connected();
        EXPECT(open("/dev/null", O_RDONLY) < ends.client);     /* takes the listening socket's place */
        int number = ends.client;
        talks(ends.client, ends.server);
        if (i % 2 == 0)
            close(number);
        else
            syscall(SYS_close, number);
        int file = open("/dev/zero", O_RDWR);
        EXPECT(file == number);
        char byte = 1;
        EXPECT(read(file, &byte, 1) == 1 && byte == 0 && write(file, "x", 1) == 1);
        EXPECT_ERROR(send(file, "x", 1, 0), ENOTSOCK);
        syscall(SYS_close, file);
        int udp = datagram_socket();
        EXPECT(udp == number);
        struct sockaddr_in self = local(port_of(udp));
        EXPECT(sendto(udp, "itself", 6, 0, (struct sockaddr *)&self, sizeof self) == 6);
        char got[16];
        EXPECT(recv(udp, got, sizeof got, 0) == 6);
        FILE *stream = fdopen(udp, "r");
        EXPECT(fclose(stream) == 0);
        int pipes[2];
        EXPECT(pipe(pipes) == 0 && pipes[0] == number);
        EXPECT(write(pipes[1], "pipe", 4) == 4 && read(number, got, sizeof got) == 4);
        close(pipes[0]);
        close(pipes[1]);
        close(ends.server);
    }
}

static void *close_many(void *unused)
{
    for (int i = 0; i < 300; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        EXPECT(fd >= 0);
        close(fd);
    }
    return unused;
}

static void threads_open_and_close(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, close_many, NULL);
    struct pair ends = connected();
    for (int i = 0; i < 300; i++) {
        talks(ends.client, ends.server);
        talks(ends.server, ends.client);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void serve_one(void *argument)
{
    int server = accept(*(int *)argument, NULL, NULL);
    EXPECT(server >= 0);
    pid_t self = getpid();
    send_all(server, &self, sizeof self);
    char byte;
    EXPECT(recv(server, &byte, 1, 0) == 0);
}

static void children_accept_for_their_parent(void)
{
    enum { CHILDREN = 4 };
    int listener = listening(8);
    struct sockaddr_in to = local(port_of(listener));
    pid_t children[CHILDREN];
    for (int i = 0; i < CHILDREN; i++)
        children[i] = in_child(serve_one, &listener);
    for (int i = 0; i < CHILDREN; i++) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        EXPECT(connect(client, (struct sockaddr *)&to, sizeof to) == 0);
        pid_t by;
        receive_all(client, &by, sizeof by);
        for (int j = 0; j < CHILDREN; j++) {
            if (children[j] == by)
                children[j] = 0;
        }
        close(client);
        child_done(by);
    }
    for (int i = 0; i < CHILDREN; i++)
        EXPECT(children[i] == 0);
}

static void echo(void *argument)
{
    int fd = *(int *)argument;
    char byte;
    while (recv(fd, &byte, 1, 0) == 1)
        send_all(fd, &byte, 1);
}

static void a_child_goes_on_with_it(void)
{
    struct pair ends = connected();
    int client = ends.client;
    pid_t child = fork();
    if (child == 0) {
        close(client);
        echo(&ends.server);
        _exit(0);
    }
    close(ends.server);
    char byte;
    for (int i = 0; i < 10; i++) {
        send_all(client, "y", 1);
        receive_all(client, &byte, 1);
    }
    close(client);
    child_done(child);
}

static void connect_it(void *argument)
{
    int *numbers = argument;
    struct sockaddr_in to = local((uint16_t)numbers[1]);
    EXPECT(connect(numbers[0], (struct sockaddr *)&to, sizeof to) == 0);
}

static void a_child_connects_its_parents_socket(void)
{
    int listener = listening(1);
    int numbers[] = { socket(AF_INET, SOCK_STREAM, 0), port_of(listener) };
    child_done(in_child(connect_it, numbers));
    int server = accept(listener, NULL, NULL);
    talks(numbers[0], server);
    struct sockaddr_in to = local(port_of(listener));
    EXPECT_ERROR(connect(numbers[0], (struct sockaddr *)&to, sizeof to), EISCONN);
}

int executed(const char *what, int fd)
{
    alarm(30);
    if (strcmp(what, "echo") == 0) {
        EXPECT(port_of(fd) != 0);
        echo(&fd);
    } else if (strcmp(what, "accept") == 0) {
        serve_one(&fd);
    } else if (strcmp(what, "closed") == 0) {
        EXPECT_ERROR(fcntl(fd, F_GETFD), EBADF);
    } else if (strcmp(what, "datagram") == 0) {
        char got[16];
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t received = recvfrom(fd, got, sizeof got, 0, (struct sockaddr *)&from, &length);
        EXPECT(received > 0 && sendto(fd, got, (size_t)received, 0, (struct sockaddr *)&from, length) == received);
    } else {
        return 2;
    }
    return 0;
}

static void another_program_inherits(pid_t (*clone)(void))
{
    struct pair ends = connected();
    pid_t child = clone();
    if (child == 0) {
        close(ends.client);
        execute("echo", ends.server);
    }
    close(ends.server);
    char byte = 0;
    send_all(ends.client, "z", 1);
    receive_all(ends.client, &byte, 1);
    EXPECT(byte == 'z');
    close(ends.client);
    child_done(child);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in any = local(0);
    EXPECT(bind(listener, (struct sockaddr *)&any, sizeof any) == 0 && listen(listener, 1) == 0);
    child = clone();
    if (child == 0)
        execute("accept", listener);
    struct sockaddr_in to = local(port_of(listener));
    int client = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(connect(client, (struct sockaddr *)&to, sizeof to) == 0);
    pid_t by;
    receive_all(client, &by, sizeof by);
    EXPECT(by == child);
    close(client);
    child_done(child);

    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT(bind(udp, (struct sockaddr *)&any, sizeof any) == 0);
    to = local(port_of(udp));
    int other = datagram_socket();
    EXPECT(sendto(other, "through exec", 12, 0, (struct sockaddr *)&to, sizeof to) == 12);
    child = clone();
    if (child == 0)
        execute("datagram", udp);
    char got[16];
    EXPECT(recv(other, got, sizeof got, 0) == 12);
    child_done(child);
}

static void exec_after_fork(void)
{
    another_program_inherits(fork);
}

static void close_on_exec(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    pid_t child = vfork();
    if (child == 0)
        execute("closed", fd);
    child_done(child);
    EXPECT(fcntl(fd, F_GETFD) >= 0);
}

/* A server that rearranges descriptors between vfork and exec, as shells do: the parent's own are untouched. */
static void exec_after_vfork(void)
{
    struct pair ends = connected();
    pid_t child = vfork();
    if (child == 0) {
        dup2(ends.server, 150);
        close(ends.client);
        close(ends.server);
        execute("echo", 150);
    }
    close(ends.server);
    char byte = 0;
    send_all(ends.client, "v", 1);
    receive_all(ends.client, &byte, 1);
    EXPECT(byte == 'v');
    close(ends.client);
    child_done(child);
}

static void pass(int by, int fd)
{
    char byte = 'p';
    struct iovec part = { &byte, 1 };
    union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } control = { .header = {
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    EXPECT(sendmsg(by, &message, 0) == 1);
}

static int take(int by)
{
    char byte;
    struct iovec part = { &byte, 1 };
    union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    EXPECT(recvmsg(by, &message, MSG_CMSG_CLOEXEC) == 1);
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    EXPECT(rights != NULL && rights->cmsg_type == SCM_RIGHTS);
    int fd;
    memcpy(&fd, CMSG_DATA(rights), sizeof fd);
    return fd;
}

static void take_and_echo(void *argument)
{
    int by = *(int *)argument;
    int fd = take(by);
    EXPECT(port_of(fd) != 0);
    echo(&fd);
    int udp = take(by);
    char got[16];
    EXPECT(recv(udp, got, sizeof got, 0) == 8 && memcmp(got, "datagram", 8) == 0);
}

static void handed_to_another_process(void)
{
    int unix_ends[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, unix_ends) == 0);
    pid_t child = in_child(take_and_echo, &unix_ends[1]);
    struct pair ends = connected();
    pass(unix_ends[0], ends.server);
    close(ends.server);
    char byte = 0;
    send_all(ends.client, "h", 1);
    receive_all(ends.client, &byte, 1);
    EXPECT(byte == 'h');
    close(ends.client);
    int udp = datagram_socket(), sender = datagram_socket();
    struct sockaddr_in to = local(port_of(udp));
    EXPECT(sendto(sender, "datagram", 8, 0, (struct sockaddr *)&to, sizeof to) == 8);
    pass(unix_ends[0], udp);
    child_done(child);
}

static void closed_by_the_range(void)
{
    struct pair ends = connected();
    int high = dup2(ends.client, 500);
    close(ends.client);
    EXPECT(close_range(500, ~0u, 0) == 0);
    EXPECT_ERROR(send(high, "x", 1, MSG_NOSIGNAL), EBADF);
    char byte;
    EXPECT(recv(ends.server, &byte, 1, 0) == 0);
    /* A daemon that closes all that it doesn't know goes on making sockets. */
    EXPECT(close_range(3, ~0u, 0) == 0);
    struct pair again = connected();
    talks(again.client, again.server);
}

static void it_looks_like_a_socket(void)
{
    struct stat status;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode));
    EXPECT_ERROR(lseek(fd, 0, SEEK_CUR), ESPIPE);
    EXPECT(isatty(fd) == 0);
    EXPECT(close(fd) == 0);
    EXPECT_ERROR(close(fd), EBADF);
}

static void unix_sockets_are_the_kernels(void)
{
    int ends[2];
    char got[8];
    EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    EXPECT(send(ends[0], "ab", 2, 0) == 2 && recv(ends[1], got, sizeof got, 0) == 2);
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    EXPECT(getsockname(ends[0], (struct sockaddr *)&name, &length) == 0 && name.ss_family == AF_UNIX);
}

const struct test descriptor_tests[] = {
    { "dup, dup2, dup3 and F_DUPFD", copies },
    { "numbers that are used again", numbers_are_used_again },
    { "threads that open and close", threads_open_and_close },
    { "children accept for their parent", children_accept_for_their_parent },
    { "a child goes on with a connection", a_child_goes_on_with_it },
    { "a child connects its parent's socket", a_child_connects_its_parents_socket },
    { "exec after fork", exec_after_fork },
    { "exec after vfork", exec_after_vfork },
    { "close on exec", close_on_exec },
    { "handed to another process (SCM_RIGHTS)", handed_to_another_process },
    { "close_range", closed_by_the_range },
    { "it looks like a socket", it_looks_like_a_socket },
    { "Unix sockets are the kernel's", unix_sockets_are_the_kernels },
    { 0 },
};
