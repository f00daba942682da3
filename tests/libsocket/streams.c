/* Bytes of connected streams, and the ways in which they end. */
#include "selftest.h"
#include <linux/sockios.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static void every_function_moves_bytes(void)
{
    struct pair ends = connected();
    char got[64];
    EXPECT(write(ends.client, "write", 5) == 5 && read(ends.server, got, sizeof got) == 5 && memcmp(got, "write", 5) == 0);
    EXPECT(send(ends.server, "send", 4, 0) == 4 && recv(ends.client, got, sizeof got, 0) == 4 && memcmp(got, "send", 4) == 0);
    struct iovec parts[] = { { "gather", 6 }, { "ed", 2 } };
    char first[3], second[16];
    struct iovec rooms[] = { { first, sizeof first }, { second, sizeof second } };
    EXPECT(writev(ends.client, parts, 2) == 8);
    EXPECT(recv(ends.server, got, 8, MSG_PEEK | MSG_WAITALL) == 8);
    EXPECT(readv(ends.server, rooms, 2) == 8 && memcmp(first, "gat", 3) == 0 && memcmp(second, "hered", 5) == 0);
    struct msghdr out = { .msg_iov = parts, .msg_iovlen = 2 }, in = { .msg_iov = rooms, .msg_iovlen = 2 };
    EXPECT(sendmsg(ends.server, &out, 0) == 8);
    EXPECT(recv(ends.client, got, 8, MSG_PEEK | MSG_WAITALL) == 8);
    EXPECT(recvmsg(ends.client, &in, 0) == 8 && memcmp(second, "hered", 5) == 0 && (in.msg_flags & ~MSG_CMSG_CLOEXEC) == 0 && in.msg_controllen == 0);
    EXPECT(sendto(ends.client, "to", 2, 0, NULL, 0) == 2);
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    EXPECT(recvfrom(ends.server, got, sizeof got, 0, (struct sockaddr *)&from, &length) == 2 && length == 0);   /* a stream names no source */

    FILE *file = fdopen(dup(ends.client), "r+");
    EXPECT(file != NULL && fprintf(file, "line %d\n", 1) == 7 && fflush(file) == 0);
    receive_all(ends.server, got, 7);
    send_all(ends.server, "answer\n", 7);
    EXPECT(fgets(got, sizeof got, file) != NULL && strcmp(got, "answer\n") == 0 && fclose(file) == 0);
}

enum { BULK = 24 << 20 };

static uint8_t pattern(size_t offset)
{
    return (uint8_t)(offset * 31 ^ offset >> 9);
}

static void *send_bulk(void *argument)
{
    int fd = *(int *)argument;
    uint8_t *bytes = malloc(BULK);
    for (size_t i = 0; i < BULK; i++)
        bytes[i] = pattern(i);
    send_all(fd, bytes, BULK);
    shutdown(fd, SHUT_WR);
    free(bytes);
    return NULL;
}

static void *receive_bulk(void *argument)
{
    int fd = *(int *)argument;
    static _Thread_local uint8_t part[50021];
    size_t offset = 0;
    ssize_t received;
    while ((received = read(fd, part, sizeof part)) > 0) {
        for (ssize_t i = 0; i < received; i++, offset++)
            EXPECT(part[i] == pattern(offset));
    }
    EXPECT(received == 0 && offset == BULK);
    return NULL;
}

static void both_directions_at_once(void)
{
    struct pair ends = connected();
    pthread_t threads[4];
    pthread_create(&threads[0], NULL, send_bulk, &ends.client);
    pthread_create(&threads[1], NULL, send_bulk, &ends.server);
    pthread_create(&threads[2], NULL, receive_bulk, &ends.client);
    pthread_create(&threads[3], NULL, receive_bulk, &ends.server);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void half_close(void)
{
    struct pair ends = connected();
    char got[8];
    send_all(ends.client, "last", 4);
    EXPECT(shutdown(ends.client, SHUT_WR) == 0);
    EXPECT_ERROR(send(ends.client, "x", 1, MSG_NOSIGNAL), EPIPE);
    receive_all(ends.server, got, 4);
    EXPECT(read(ends.server, got, 1) == 0 && read(ends.server, got, 1) == 0);
    EXPECT((wait_for(ends.server, POLLIN | POLLRDHUP) & (POLLIN | POLLRDHUP)) == (POLLIN | POLLRDHUP));
    EXPECT(socket_error(ends.server) == 0);
    send_all(ends.server, "answer", 6);
    receive_all(ends.client, got, 6);
    EXPECT(close(ends.server) == 0);
    EXPECT(read(ends.client, got, 1) == 0);
    EXPECT(socket_error(ends.client) == 0);
}

static void peek_and_count(void)
{
    struct pair ends = connected();
    char got[16] = "";
    int count = -1;
    EXPECT(ioctl(ends.server, FIONREAD, &count) == 0 && count == 0);
    EXPECT_ERROR(recv(ends.server, got, 1, MSG_DONTWAIT), EAGAIN);
    send_all(ends.client, "0123456789", 10);
    EXPECT(recv(ends.server, got, 10, MSG_PEEK | MSG_WAITALL) == 10);
    EXPECT(ioctl(ends.server, FIONREAD, &count) == 0 && count == 10);
    EXPECT(recv(ends.server, got, 4, MSG_PEEK) == 4 && recv(ends.server, got, 4, 0) == 4 && memcmp(got, "0123", 4) == 0);
    EXPECT(ioctl(ends.server, FIONREAD, &count) == 0 && count == 6);
    EXPECT(recv(ends.server, NULL, 6, MSG_TRUNC) == 6);     /* thrown away */
    EXPECT_ERROR(recv(ends.server, got, 1, MSG_DONTWAIT), EAGAIN);
    usleep(100000);
    EXPECT(ioctl(ends.client, SIOCOUTQ, &count) == 0 && count == 0);
}

static void waits_no_longer_than_told(void)
{
    struct pair ends = connected();
    struct timeval limit = { 0, 200000 }, told;
    socklen_t length = sizeof told;
    EXPECT(setsockopt(ends.client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    EXPECT(getsockopt(ends.client, SOL_SOCKET, SO_RCVTIMEO, &told, &length) == 0 && told.tv_usec == 200000);
    char byte;
    double start = seconds();
    EXPECT_ERROR(recv(ends.client, &byte, 1, 0), EAGAIN);
    EXPECT(seconds() - start > 0.15 && seconds() - start < 2);
    EXPECT(setsockopt(ends.client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0);
    char block[65536] = { 0 };
    start = seconds();
    ssize_t sent;
    while ((sent = send(ends.client, block, sizeof block, MSG_NOSIGNAL)) > 0)
        EXPECT(seconds() - start < 20);
    EXPECT(errno == EAGAIN);
}

static void a_full_buffer_and_one_that_empties(void)
{
    struct pair ends = connected();
    set_nonblocking(ends.client, true);
    static char block[65536];
    size_t sent = 0;
    for (;;) {
        ssize_t result = send(ends.client, block, sizeof block, 0);
        if (result < 0) {
            EXPECT(errno == EAGAIN);
            struct pollfd entry = { .fd = ends.client, .events = POLLOUT };
            if (poll(&entry, 1, 300) == 0)
                break;      /* the stack has taken all that it takes, too */
        } else {
            sent += (size_t)result;
        }
        EXPECT(sent < 256 << 20);
    }
    for (size_t received = 0; received < sent;) {
        ssize_t result = recv(ends.server, block, sizeof block, 0);
        EXPECT(result > 0);
        received += (size_t)result;
    }
    EXPECT(wait_for(ends.client, POLLOUT) == POLLOUT);
}

static void files_are_sent(void)
{
    struct pair ends = connected();
    int file = memfd_create("file", 0);
    enum { SIZE = 300000 };
    static uint8_t bytes[SIZE], got[SIZE];
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = pattern(i);
    EXPECT(write(file, bytes, SIZE) == SIZE);
    pid_t child = fork();
    if (child == 0) {
        off_t offset = 1000;
        while (offset < SIZE)
            EXPECT(sendfile(ends.client, file, &offset, (size_t)(SIZE - offset)) > 0);
        _exit(0);
    }
    receive_all(ends.server, got, SIZE - 1000);
    EXPECT(memcmp(got, bytes + 1000, SIZE - 1000) == 0);
    child_done(child);

    int pipes[2];
    EXPECT(pipe(pipes) == 0 && write(pipes[1], "through a pipe", 14) == 14);
    EXPECT(splice(pipes[0], NULL, ends.server, NULL, 14, 0) == 14);
    EXPECT(splice(ends.client, NULL, pipes[1], NULL, 14, 0) == 14);
    EXPECT(read(pipes[0], got, 14) == 14 && memcmp(got, "through a pipe", 14) == 0);
}

static void reset_by_the_peer(void)
{
    struct pair ends = connected();
    struct linger now = { 1, 0 };
    EXPECT(setsockopt(ends.server, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
    close(ends.server);
    char byte;
    EXPECT((wait_for(ends.client, POLLIN) & (POLLIN | POLLHUP)) != 0);
    EXPECT_ERROR(recv(ends.client, &byte, 1, 0), ECONNRESET);
    EXPECT(recv(ends.client, &byte, 1, 0) == 0);    /* told once */
    EXPECT_ERROR(send(ends.client, "x", 1, MSG_NOSIGNAL), EPIPE);
}

static void reset_learnt_by_SO_ERROR(void)
{
    struct pair ends = connected();
    struct linger now = { 1, 0 };
    EXPECT(setsockopt(ends.server, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
    close(ends.server);
    EXPECT((wait_for(ends.client, POLLIN) & (POLLIN | POLLHUP)) != 0);
    EXPECT(socket_error(ends.client) == ECONNRESET && socket_error(ends.client) == 0);
}

static void data_before_a_close_arrives(void)
{
    struct pair ends = connected();
    static char block[400000], got[400000];
    memset(block, 'x', sizeof block);
    pid_t child = fork();
    if (child == 0) {
        close(ends.client);
        send_all(ends.server, block, sizeof block);
        _exit(0);
    }
    close(ends.server);
    child_done(child);  /* all written, and its socket closed, before anything is read */
    receive_all(ends.client, got, sizeof got);
    EXPECT(memcmp(block, got, sizeof got) == 0);
    EXPECT(recv(ends.client, got, 1, 0) == 0);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void writing_to_nobody_is_a_signal(void)
{
    struct pair ends = connected();
    struct sigaction action = { .sa_handler = count_signal };
    sigaction(SIGPIPE, &action, NULL);
    EXPECT(shutdown(ends.client, SHUT_WR) == 0);
    EXPECT_ERROR(write(ends.client, "x", 1), EPIPE);
    EXPECT(signals == 1);
    EXPECT_ERROR(send(ends.client, "x", 1, 0), EPIPE);
    EXPECT(signals == 2);
    EXPECT_ERROR(send(ends.client, "x", 1, MSG_NOSIGNAL), EPIPE);
    EXPECT(signals == 2);
}

static void reading_is_interrupted_by_a_signal(void)
{
    struct pair ends = connected();
    struct sigaction action = { .sa_handler = count_signal };
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = { .it_value = { 0, 100000 } };
    setitimer(ITIMER_REAL, &soon, NULL);
    char byte;
    EXPECT_ERROR(read(ends.client, &byte, 1), EINTR);
}

static int at_mark(int fd)
{
    int mark = -1;
    EXPECT(ioctl(fd, SIOCATMARK, &mark) == 0);
    return mark;
}

static volatile sig_atomic_t urgent_signals;

static void count_urgent(int number)
{
    (void)number;
    urgent_signals++;
}

/* As Berkeley's sockets have it by default: the last byte is taken out of the stream, and a mark is left in its place. */
static void urgent_data_out_of_band(void)
{
    struct pair ends = connected();
    char got[64];
    signal(SIGURG, count_urgent);
    EXPECT(fcntl(ends.server, F_SETOWN, getpid()) == 0);
    EXPECT_ERROR(recv(ends.server, got, 1, MSG_OOB), EINVAL);
    EXPECT(send(ends.client, "before!", 7, MSG_OOB) == 7);
    EXPECT(send(ends.client, "after", 5, 0) == 5);
    EXPECT((wait_for(ends.server, POLLPRI) & POLLPRI) != 0);
    EXPECT(urgent_signals > 0);
    EXPECT(at_mark(ends.server) == 0);
    EXPECT(recv(ends.server, got, sizeof got, 0) == 6 && memcmp(got, "before", 6) == 0);   /* never beyond the mark */
    EXPECT(at_mark(ends.server) == 1);
    EXPECT(recv(ends.server, got, 1, MSG_OOB) == 1 && got[0] == '!');
    EXPECT_ERROR(recv(ends.server, got, 1, MSG_OOB), EINVAL);
    receive_all(ends.server, got, 5);
    EXPECT(memcmp(got, "after", 5) == 0 && at_mark(ends.server) == 0);
}

/* As RFC 6093 advises: they stay in the stream, and SIOCATMARK says where they are. */
static void urgent_data_in_line(void)
{
    struct pair ends = connected();
    char got[64];
    int on = 1;
    EXPECT(setsockopt(ends.client, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on) == 0);
    send_all(ends.server, "first", 5);
    EXPECT(send(ends.server, "!", 1, MSG_OOB) == 1);
    send_all(ends.server, "second", 6);
    EXPECT((wait_for(ends.client, POLLPRI) & POLLPRI) != 0);
    EXPECT_ERROR(recv(ends.client, got, 1, MSG_OOB), EINVAL);
    receive_all(ends.client, got, 5);
    EXPECT(memcmp(got, "first", 5) == 0 && at_mark(ends.client) == 1);
    receive_all(ends.client, got, 7);
    EXPECT(memcmp(got, "!second", 7) == 0 && at_mark(ends.client) == 0);
}

static void ends_of_records(void)
{
    struct pair ends = connected();
    char got[64];
    for (int i = 0; i < 3; i++)
        EXPECT(send(ends.client, "record", 6, MSG_EOR) == 6);
    receive_all(ends.server, got, 18);
    EXPECT(memcmp(got, "recordrecordrecord", 18) == 0);
}

const struct test stream_tests[] = {
    { "every function moves bytes", every_function_moves_bytes },
    { "both directions at once", both_directions_at_once },
    { "half close", half_close },
    { "MSG_PEEK, MSG_TRUNC, FIONREAD and SIOCOUTQ", peek_and_count },
    { "SO_RCVTIMEO and SO_SNDTIMEO", waits_no_longer_than_told },
    { "a full buffer, and one that empties", a_full_buffer_and_one_that_empties },
    { "sendfile and splice", files_are_sent },
    { "reset by the peer", reset_by_the_peer },
    { "reset, learnt by SO_ERROR", reset_learnt_by_SO_ERROR },
    { "data before a close arrives", data_before_a_close_arrives },
    { "writing to nobody is a signal", writing_to_nobody_is_a_signal },
    { "urgent data out of band", urgent_data_out_of_band },
    { "urgent data in line", urgent_data_in_line },
    { "MSG_EOR", ends_of_records },
    { "reading is interrupted by a signal", reading_is_interrupted_by_a_signal },
    { 0 },
};
